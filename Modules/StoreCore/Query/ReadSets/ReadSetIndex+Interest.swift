extension ReadSetIndex {
    /// The commits that may concern anybody: those of the buckets of which something was read, with old images where
    /// these decide.
    ///
    /// Without them, whoever has read a range is concerned by every update and deletion.
    ///
    /// - Complexity: O(number of buckets).
    public var interest: CommitInterest {
        let all = buckets.values.joined()
        let withOldImages = all.filter(\.needsOldImages)
        return CommitInterest(
            buckets: ReadSetIndex.names(all), needsOldImages: !withOldImages.isEmpty,
            bucketsWithOldImages: ReadSetIndex.names(withOldImages))
    }

    /// The names of buckets; nil, for all, where one set cannot hold them.
    private static func names(_ buckets: some Sequence<BucketReaders>) -> Set<String>? {
        let names = Set(buckets.map { ByteString($0.reference.name) })
        // Of names that are written differently and mean the same characters, a set of texts holds one.
        let texts = Set(names.map(\.text))
        return texts.count == names.count ? texts : nil
    }
}
