import Measuring
import StoreCore

/// A record and its key.
struct Guest: Sendable {
    let key: String
    let fields: Fields
}

/// Makes records whose keys nobody has had before.
struct Guests {
    private var random: SplitMix
    private var number = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func next(_ count: Int) -> [Guest] {
        (0..<count).map { _ in
            let id = random.identifier()
            number += 1
            return Guest(
                key: id,
                fields: [
                    "id": .string(id), "name": .string("name \(number)"),
                    "value": .double(Double(number)), "role": .string("role\(number % 100)"),
                    "group": .string("group\(number % 10)"),
                ])
        }
    }
}
