import Measuring

/// The contestants of one size, each made and filled when a measurement first asks for it.
final class BankStage {
    let size: Size
    private(set) lazy var accounts = Accounts(size)
    private var madeStore: Bank?
    private var madeGRDB: GRDBBank?

    init(_ size: Size) { self.size = size }

    func store() async throws -> Bank {
        if let madeStore { return madeStore }
        let made = try await Bank(accounts)
        madeStore = made
        return made
    }

    func grdb() throws -> GRDBBank {
        if let madeGRDB { return madeGRDB }
        let made = try GRDBBank(accounts)
        madeGRDB = made
        return made
    }
}
