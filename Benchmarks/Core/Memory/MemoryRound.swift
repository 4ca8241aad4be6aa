import Measuring

/// What a filled contestant holds of the allocator's bytes, for each record that it holds.
enum MemoryRound {
    /// Bytes per record after inserting `count` records and, if asked to, deleting nine in ten of
    /// them at random.
    ///
    /// `build` returns the filled contestant, which lives until the bytes have been counted; the
    /// records are made one by one on the way, so that no input is counted.
    static func bytesPerRecord<Contestant>(
        _ count: Int, deleting: Bool, build: (ArraySlice<Int>) async throws -> Contestant
    ) async throws -> Double {
        let doomed = deleting ? WideRow.doomed(of: count) : []
        let before = AllocatorBytes.settled()
        let contestant = try await build(doomed)
        let after = AllocatorBytes.settled()
        withExtendedLifetime(contestant) {}
        return Double(after - before) / Double(count - doomed.count)
    }
}
