import Synchronization

/// Names for stores that were given none.
enum StoreNames {
    private static let count = Atomic<Int>(0)

    static func next() -> String {
        "store-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    }
}
