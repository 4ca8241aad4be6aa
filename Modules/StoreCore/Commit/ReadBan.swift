import Synchronization

/// One run of code that must not read through ordinary handles: `StoreContext.Values.readsForbidden` says so.
///
/// Every read asks, and most of the time no such code is under way anywhere: then it costs one look at a number. The
/// number is that of the process, not of a store: what is read of another store goes unnoticed just the same.
final class ReadBan: Sendable {
    private static let underWay = Atomic<Int>(0)
    private let hasEnded = Atomic<Bool>(false)

    init() { ReadBan.underWay.wrappingAdd(1, ordering: .relaxed) }

    /// Ends it with the code that it was made for: tasks that outlive that may read.
    func end() {
        if hasEnded.exchange(true, ordering: .relaxed) { return }
        ReadBan.underWay.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Throws `StoreError` (`readsForbidden`) where the current task must not read through handles.
    @inline(__always)
    static func check() throws {
        // A task sees what it has counted itself.
        if underWay.load(ordering: .relaxed) != 0 { try checkContext() }
    }

    @inline(never)
    private static func checkContext() throws {
        guard let context = StoreContext.local, let place = context.readsForbidden else { return }
        throw StoreError(.readsForbidden(place))
    }

    fileprivate var isOn: Bool { !hasEnded.load(ordering: .relaxed) }
}

extension StoreContext {
    /// Nothing is forbidden any more to a task that has outlived the code for which it was.
    var readsForbidden: String? {
        guard let ban = values.readBan, ban.isOn else { return nil }
        return values.readsForbidden
    }
}

extension StoreContext.Values {
    /// Has reads forbidden from now on if the values say so, and no code around this one has seen to it.
    ///
    /// - Returns: what is to be ended when the code has returned; nil where nothing is.
    mutating func beginReadBan() -> ReadBan? {
        guard readsForbidden != nil, readBan == nil else { return nil }
        let ban = ReadBan()
        readBan = ban
        return ban
    }
}
