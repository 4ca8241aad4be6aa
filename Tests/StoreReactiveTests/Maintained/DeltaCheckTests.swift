import Testing

@testable import StoreReactive

/// The oracle of the random tests finds what is wrong with a delta.
struct DeltaCheckTests {
    static let old = ["a": "1", "b": "1", "c": "1", "d": "1"].sorted { $0.key < $1.key }
    static let new = [("d", "1"), ("a", "1"), ("x", "1"), ("c", "2")]

    private func fault(_ change: (inout ListDelta) -> Void) -> String? {
        var delta = ListDelta()
        delta.removed = [1]
        delta.inserted = [2]
        delta.moved = [.init(from: 3, to: 0)]
        delta.updated = [3]
        change(&delta)
        return DeltaCheck(
            delta: delta, old: Self.old.map { Shown(identity: $0.key, text: $0.key + $0.value) },
            new: Self.new.map { Shown(identity: $0.0, text: $0.0 + $0.1) }
        ).fault()
    }

    @Test func `nothing is wrong with what has happened`() {
        #expect(fault { _ in } == nil)
    }

    static let faults: [(what: String, change: @Sendable (inout ListDelta) -> Void)] = [
        ("is not made of indices", { $0.removed = [4] }),
        ("is not made of indices", { $0.inserted = [] }),
        ("takes away twice", { $0.removed = [3] }),
        ("says nothing of an update at 3", { $0.updated = [] }),
        ("updates what is the same at 1", { $0.updated = [1, 3] }),
        ("has another at 0", { $0.moved = [.init(from: 2, to: 0)] }),
        (
            "inserts what was there at 0",
            {
                $0 = ListDelta()
                $0.removed = [0, 1, 2, 3]
                $0.inserted = [0, 1, 2, 3]
            }
        ),
        (
            "removes what is there",
            {
                $0.removed = [0]
                $0.inserted = [1]
                $0.moved = [.init(from: 3, to: 0), .init(from: 1, to: 2)]
            }
        ),
    ]

    @Test(arguments: faults.indices) func `what is wrong is found`(number: Int) {
        let (what, change) = Self.faults[number]
        let found = fault(change)
        #expect(found != nil)
        if number < 6 { #expect(found == what) }
    }
}
