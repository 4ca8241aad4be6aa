import Measuring
import StoreCore

/// The accounts that every bank of a size is filled with, and who pays whom.
final class Accounts: Sendable {
    let payers: [String]
    let payees: [String]
    /// From one of the payers, to one of the payees, each at random.
    let transfers: [Transfer]
    /// Among ten of the payers.
    let hotTransfers: [Transfer]
    /// The payers in random order, and what an update sets: one field that is not indexed.
    let keys: [String]
    let patches: [Fields]

    static let opening: Int64 = 1_000
    private static let transferCount = 20_000
    private static let hotCount = 10

    init(_ size: Size) {
        var random = SplitMix(seed: 0x7A25)
        let payers = (0..<size.count).map { _ in random.identifier() }
        let payees = (0..<size.count).map { _ in random.identifier() }
        transfers = (0..<Accounts.transferCount).map { _ in
            Transfer(
                from: payers[Int.random(in: 0..<size.count, using: &random)],
                to: payees[Int.random(in: 0..<size.count, using: &random)],
                amount: Int64.random(in: 1...100, using: &random))
        }
        hotTransfers = (0..<Accounts.transferCount).map { _ in
            let from = Int.random(in: 0..<Accounts.hotCount, using: &random)
            let step = Int.random(in: 1..<Accounts.hotCount, using: &random)
            return Transfer(
                from: payers[from], to: payers[(from + step) % Accounts.hotCount],
                amount: Int64.random(in: 1...100, using: &random))
        }
        keys = payers.shuffled(using: &random)
        patches = (0..<size.count).map { ["credit": .double(Double($0) + 0.5)] }
        self.payers = payers
        self.payees = payees
    }

    static func fields(_ id: String) -> Fields {
        [
            "id": .string(id), "owner": .string("owner of \(id.prefix(8))"),
            "balance": .integer(opening), "credit": .double(0),
        ]
    }
}
