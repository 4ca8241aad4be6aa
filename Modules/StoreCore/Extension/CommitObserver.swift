/// Someone who is told of every commit, in order, exactly once.
///
/// `didCommit` is called after the commit was applied, while the writer lock is held: hand the commit over to a task or
/// a thread of your own and return. It may read the store (it sees exactly this commit), it cannot fail, and a
/// write from inside throws `StoreError.Reason.nestedWrite`.
public protocol CommitObserver: AnyObject, Sendable {
    /// What the observer wants to see; asked when it is attached, and again after `interestHasChanged()`.
    var interest: CommitInterest { get }

    /// A commit that touches the observer's interest was applied.
    func didCommit(_ commit: Commit)

    /// The store has stopped, or was let go: no commit follows.
    ///
    /// Called once, under the same rules as `didCommit`, unless the registration was cancelled before. The time to
    /// let those go who wait for the next commit.
    func storeDidStop()
}

extension CommitObserver {
    /// Everything, without old images.
    public var interest: CommitInterest { .all }

    /// Does nothing.
    public func storeDidStop() {}
}

/// Which commits an observer is told of, and whether records' old images are kept for it.
public struct CommitInterest: Sendable, Hashable {
    /// Buckets by name, byte for byte; nil means all, those to come included.
    ///
    /// A set holds one of several names that are written differently and mean the same characters.
    public var buckets: Set<String>?
    /// Fields whose changes matter in an update; nil means all.
    ///
    /// Asking for fields asks for old images too.
    public var fields: Set<String>?
    /// Whether `Change.old` is kept for updates and deletions of these buckets; it is for who asks for fields.
    public var needsOldImages: Bool
    /// Of those buckets, the ones whose old images are needed, by name; nil means all.
    public var bucketsWithOldImages: Set<String>?

    /// - Parameters:
    ///   - buckets: buckets by name; nil means all.
    ///   - fields: fields whose changes matter in an update; nil means all.
    ///   - needsOldImages: whether old images are to be kept. They cost a write roughly one more allocation.
    ///   - bucketsWithOldImages: of which of the buckets, if not of all.
    public init(
        buckets: Set<String>? = nil, fields: Set<String>? = nil, needsOldImages: Bool = false,
        bucketsWithOldImages: Set<String>? = nil
    ) {
        self.buckets = buckets
        self.fields = fields
        self.needsOldImages = needsOldImages || fields != nil
        self.bucketsWithOldImages = bucketsWithOldImages
    }

    /// Every commit, without old images.
    public static let all = CommitInterest()

    func wantsOldImages(of bucket: String) -> Bool {
        (needsOldImages || fields != nil) && includes(bucket)
            && CommitInterest.includes(bucket, bucketsWithOldImages)
    }

    private func includes(_ bucket: String) -> Bool { CommitInterest.includes(bucket, buckets) }

    /// Whether a bucket is among those asked for: a set finds names that mean the same, bytes decide.
    private static func includes(_ bucket: String, _ buckets: Set<String>?) -> Bool {
        guard let buckets else { return true }
        guard let index = buckets.firstIndex(of: bucket) else { return false }
        return bytesEqual(buckets[index], bucket)
    }

    /// Whether every commit touches the interest.
    var isUnlimited: Bool { buckets == nil && fields == nil }

    /// Whether a commit touches the interest.
    func matches(_ commit: CommitStorage) -> Bool {
        if isUnlimited { return true }
        for change in commit.definitions where matches(change) { return true }
        for entry in commit.entries where matches(entry) { return true }
        return false
    }

    private func matches(_ change: CommitChange) -> Bool {
        switch change {
        case .record(let change): includes(change.bucket.name)
        case .bucketDefined(let definition), .bucketUpdated(let definition):
            includes(definition.name)
        case .bucketDropped(let bucket): includes(bucket.name)
        case .autoincrement(let bucket, _, _): includes(bucket.name)
        }
    }

    private func matches(_ entry: ChangeEntry) -> Bool {
        guard includes(entry.bucket.reference.name) else { return false }
        guard let fields, entry.kind == .updated, let old = entry.old, let new = entry.new else {
            return true
        }
        let before = Record(old)
        let after = Record(new)
        return fields.contains { !before[$0].isIdentical(to: after[$0]) }
    }
}

/// An observer's place in a store.
///
/// It stays until `cancel()`, or until the store stops.
public final class ObserverRegistration: Sendable {
    private let detach: @Sendable () -> Void
    private let askAnew: @Sendable () -> Void

    init(
        _ detach: @escaping @Sendable () -> Void,
        interestHasChanged askAnew: @escaping @Sendable () -> Void
    ) {
        self.detach = detach
        self.askAnew = askAnew
    }

    /// Has the observer asked for its interest once more before the next commit: every write that begins after this
    /// returns is judged by what it says then.
    ///
    /// Waits for nobody.
    public func interestHasChanged() { askAnew() }

    /// Ends the observer's part.
    ///
    /// The observer has been told of every commit that anybody can have seen by then, and no call of `didCommit` or
    /// `storeDidStop` starts or goes on after this returns, but for one that this is called from. May be called again.
    /// Waits for commits that are just being put in place, and for no body of a write.
    public func cancel() { detach() }
}
