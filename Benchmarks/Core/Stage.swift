import Measuring
import StoreCore

/// The contestants of one size, each made and filled when a measurement first asks for it, and the
/// input they share.
final class Stage {
    let size: Size
    private let roleCount: Int
    private var madeData: Dataset?
    private var madeFields: [Fields]?
    private var madeCursors: [Cursor]?
    private var madeStore: StoreDriver?
    private var madeDictionary: DictionaryDriver?
    private var madeGRDB: GRDBDriver?

    init(_ size: Size, roleCount: Int = 100) {
        self.size = size
        self.roleCount = roleCount
    }

    var data: Dataset {
        if let madeData { return madeData }
        let made = Dataset(size, roleCount: roleCount)
        madeData = made
        return made
    }

    /// The records as the store takes them.
    var fields: [Fields] {
        if let madeFields { return madeFields }
        let made = StoreDriver.fields(data.rows)
        madeFields = made
        return made
    }

    /// Cursors of the store's bucket at 256 depths.
    func cursors() async throws -> [Cursor] {
        if let madeCursors { return madeCursors }
        let made = try await store().cursors(256, of: size.count)
        madeCursors = made
        return made
    }

    var dictionary: DictionaryDriver {
        if let madeDictionary { return madeDictionary }
        let made = DictionaryDriver()
        made.fill(data.rows)
        madeDictionary = made
        return made
    }

    func store() async throws -> StoreDriver {
        if let madeStore { return madeStore }
        let made = try await StoreDriver()
        try await made.fill(fields)
        madeStore = made
        return made
    }

    func grdb() throws -> GRDBDriver {
        if let madeGRDB { return madeGRDB }
        let made = try GRDBDriver()
        try made.fill(data.rows)
        madeGRDB = made
        return made
    }
}
