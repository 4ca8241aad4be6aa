import Measuring
import StoreCore

/// The records that every store of a size is filled with, and what is written beyond them.
final class Dataset: Sendable {
    let records: [Fields]
    /// Records that come and go again in a round.
    let guests: [Fields]
    let guestKeys: [String]
    /// The keys of all the records, in random order.
    let keys: [String]
    /// What an update sets: one field that is not indexed, another value each time.
    let patches: [Fields]

    /// How many writes a round has to choose from.
    static let writes = 20_000

    init(_ size: Size) {
        var random = SplitMix(seed: 0xE4E7)
        let all = (0..<size.count + Dataset.writes).map { _ in random.identifier() }
        let fields = all.enumerated().map { index, id -> Fields in
            [
                "id": .string(id), "name": .string("name \(index)"),
                "value": .double(Double(index)), "role": .string("role\(index % 100)"),
                "group": .string("group\(index % 10)"),
            ]
        }
        records = Array(fields[..<size.count])
        guests = Array(fields[size.count...])
        guestKeys = Array(all[size.count...])
        keys = all[..<size.count].shuffled(using: &random)
        patches = (0..<Dataset.writes).map { ["value": .double(Double($0) + 0.5)] }
    }
}
