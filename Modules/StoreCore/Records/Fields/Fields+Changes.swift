extension Fields {
    /// The fields that differ from those of `earlier`: new and changed ones with their values,
    /// removed ones with null.
    ///
    /// - Complexity: O(n) for fields in the same order, with a few added or removed; at most O(n
    ///   log n).
    func changes(since earlier: Fields) -> Fields {
        var changed: [Entry] = []
        var places: [ByteString: Int]?
        var matched = 0
        for (index, entry) in entries.enumerated() {
            let place: Int?
            if index < earlier.count, bytesEqual(earlier.entries[index].name, entry.name) {
                place = index
            } else {
                if places == nil { places = earlier.placesByName() }
                place = places?[ByteString(entry.name)]
            }
            if let place {
                matched += 1
                if earlier.entries[place].value.isIdentical(to: entry.value) { continue }
            }
            var entry = entry
            // A name that was exact means the same field, whatever has become of the entry.
            if let place, earlier.entries[place].isExact { entry.isExact = true }
            changed.append(entry)
        }
        guard matched < earlier.count else { return Fields(unique: changed) }
        let kept = placesByName()
        for entry in earlier.entries where kept[ByteString(entry.name)] == nil {
            changed.append(Entry(name: entry.name, value: .null, isExact: entry.isExact))
        }
        return Fields(unique: changed)
    }
}
