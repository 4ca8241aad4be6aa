import StoreCore

/// An amount that goes from one account to another.
struct Transfer: Sendable {
    let from: String
    let to: String
    let amount: Int64

    /// Two reads and two updates.
    @inline(__always)
    func move(from payers: WritableBucket, to payees: WritableBucket) throws {
        try move(read(from: payers, to: payees), from: payers, to: payees)
    }

    /// The balances of both accounts.
    @inline(__always)
    func read(
        from payers: WritableBucket, to payees: WritableBucket
    ) throws -> (from: Int64, to: Int64) {
        guard let source = try payers.get(from)?["balance"].int64,
            let target = try payees.get(to)?["balance"].int64
        else { throw NoSuchAccount(transfer: self) }
        return (source, target)
    }

    /// Changes both accounts, whose balances have been read.
    @inline(__always)
    func move(
        _ balances: (from: Int64, to: Int64), from payers: WritableBucket,
        to payees: WritableBucket
    ) throws {
        try payers.update(from, ["balance": .integer(balances.from - amount)])
        try payees.update(to, ["balance": .integer(balances.to + amount)])
    }
}

/// An account that should be there is not.
struct NoSuchAccount: Error {
    let transfer: Transfer
}
