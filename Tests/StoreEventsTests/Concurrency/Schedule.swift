import StoreCore
import StoreTesting
import StoreEvents

extension Concurrency {
    /// What many tasks are going to do to one store, as a seed has it.
    ///
    /// When they do it is up to the runtime: each waits for a position, and then for its turn.
    struct Schedule: Sendable {
        enum Write: Sendable {
            case put(bucket: Int, key: Int, kind: Int)
            case delete(bucket: Int, key: Int)
        }

        let seed: UInt64
        /// For each writer its commits, of one or several writes.
        let writers: [[[Write]]]
        let plans: [Plan]
        /// At these positions somebody waits for all that has been told so far.
        let settlings: [UInt64]

        static let buckets = ["a", "b"]

        init(seed: UInt64) {
            var dice = SeededRandom(seed)
            self.seed = seed
            writers = (0..<dice.roll(2...4)).map { _ in
                (0..<dice.roll(6...16)).map { _ in Schedule.commit(&dice) }
            }
            let end = UInt64(writers.reduce(2) { $0 + $1.count })
            plans = (0..<dice.roll(3...6)).map { Plan(number: $0, through: end, &dice) }
            settlings = (0..<dice.roll(0...2)).map { _ in UInt64(dice.roll(2...Int(end))) }
        }

        private static func commit(_ dice: inout SeededRandom) -> [Write] {
            let count = dice.once(in: 4) ? dice.roll(2...5) : 1
            return (0..<count).map { _ in
                let (bucket, key) = (dice.roll(0...1), dice.roll(1...6))
                return dice.once(in: 3)
                    ? .delete(bucket: bucket, key: key)
                    : .put(bucket: bucket, key: key, kind: dice.roll(0...1))
            }
        }
    }

    /// What one subscriber asks for, how its handler behaves, and when it comes and goes.
    struct Plan: Sendable {
        enum Buffer: Sendable, Equatable {
            case unbounded
            case dropOldest(Int)
            case coalesceByKey
            case fail(Int)

            /// Whether it may end the subscription.
            var isLimited: Bool { if case .fail = self { true } else { false } }
        }

        enum Form: Sendable, Equatable {
            case handler
            case batches(Batching)
            case sequence
        }

        enum Leaving: Sendable {
            case cancel
            case cancelAndWait
            /// Of a sequence: the task that reads it is cancelled.
            case cancelTask
        }

        let name: String
        let pattern: String
        let fields: [String]?
        let buffer: Buffer
        let form: Form
        /// How often its handler is given the same.
        let attempts: Int
        /// Of so many deliveries one fails at first; 0: none.
        let failsOnceIn: Int
        /// The delivery in which the handler hangs, and the position at which it is let go.
        let hangs: (delivery: Int, until: UInt64)?
        let joins: UInt64
        let restarts: [UInt64]
        let leaves: (at: UInt64, by: Leaving)?

        init(number: Int, through end: UInt64, _ dice: inout SeededRandom) {
            func position() -> UInt64 { UInt64(dice.roll(2...Int(end))) }
            name = "s\(number)"
            pattern = Plan.patterns.randomElement(using: &dice) ?? "**"
            fields = dice.once(in: 4) ? ["kind"] : nil
            buffer = Plan.buffer(&dice)
            form = Plan.form(&dice)
            let mayFail = form != .sequence
            attempts = mayFail && dice.once(in: 3) ? dice.roll(2...3) : 1
            failsOnceIn = mayFail && dice.once(in: 2) ? dice.roll(2...5) : 0
            hangs = mayFail && dice.once(in: 3) ? (dice.roll(1...4), position()) : nil
            joins = dice.once(in: 2) ? 2 : position()
            restarts =
                dice.once(in: 2) ? (0..<dice.roll(1...4)).map { _ in position() }.sorted() : []
            leaves = dice.once(in: 2) ? (position(), Plan.leaving(form, &dice)) : nil
        }

        private static let patterns = [
            "**", "bucket.*", "bucket.a.*", "bucket.b.*", "bucket.*.inserted", "bucket.*.deleted",
            "bucket.a.updated", "bucket.b.deleted",
        ]

        private static func buffer(_ dice: inout SeededRandom) -> Buffer {
            switch dice.roll(0...7) {
            case 0: .dropOldest(dice.roll(1...6))
            case 1, 2: .coalesceByKey
            case 3: .fail(dice.roll(3...20))
            default: .unbounded
            }
        }

        private static func form(_ dice: inout SeededRandom) -> Form {
            switch dice.roll(0...5) {
            case 0: .batches(.count(dice.roll(1...4)))
            case 1: .batches(.count(dice.roll(2...6), every: .milliseconds(dice.roll(1...40))))
            case 2: .sequence
            default: .handler
            }
        }

        private static func leaving(_ form: Form, _ dice: inout SeededRandom) -> Leaving {
            if form == .sequence, dice.once(in: 2) { return .cancelTask }
            return dice.once(in: 2) ? .cancelAndWait : .cancel
        }

        /// How often a delivery fails before it succeeds.
        func failures(in delivery: Int) -> Int {
            failsOnceIn > 0 && delivery.isMultiple(of: failsOnceIn) ? 1 + delivery % 3 : 0
        }
    }
}

extension Concurrency.Schedule: CustomStringConvertible {
    var description: String {
        let lines =
            ["seed \(seed)"] + writers.enumerated().map { "writer \($0.offset): \($0.element)" }
            + plans.map { "\($0)" } + ["settling at \(settlings)"]
        return lines.joined(separator: "\n")
    }
}
