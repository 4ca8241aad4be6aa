import Measuring

/// The contestants of one size, each made and filled when a measurement first asks for it, and the
/// input they share.
final class QueryStage {
    let size: Size
    private(set) lazy var orders = Orders(size)
    private var madeStore: StoreDriver?
    private var madeGRDB: GRDBDriver?

    init(_ size: Size) { self.size = size }

    func store() async throws -> StoreDriver {
        if let madeStore { return madeStore }
        let made = try await StoreDriver()
        try await made.fill(orders)
        madeStore = made
        return made
    }

    func grdb() throws -> GRDBDriver {
        if let madeGRDB { return madeGRDB }
        let made = try GRDBDriver()
        try made.fill(orders)
        madeGRDB = made
        return made
    }
}
