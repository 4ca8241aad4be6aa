import StoreCore

/// An amount that goes from one account to another.
struct Transfer: Sendable {
    let from: String
    let to: String
    let amount: Int64

    /// Two reads and two updates.
    @inline(__always)
    func move(from payers: WritableBucket, to payees: WritableBucket) throws {
        guard let source = try payers.get(from)?["balance"].int64,
            let target = try payees.get(to)?["balance"].int64
        else { throw NoSuchAccount(transfer: self) }
        try payers.update(from, ["balance": .integer(source - amount)])
        try payees.update(to, ["balance": .integer(target + amount)])
    }
}

/// An account that should be there is not.
struct NoSuchAccount: Error {
    let transfer: Transfer
}
