import StoreCore

/// Something that a transaction has written.
struct Write: Sendable {
    enum Effect: Sendable {
        case put(Row)
        case delete(Int)
        case increment(Int, Int)
        case markRange(Int, Int, Int)
        case deleteRange(Int, Int)
    }

    let shelf: Shelf
    let effect: Effect
}

/// One thing that a transaction has done, in program order.
enum Step: Sendable {
    case read(Shelf, Question, Answer)
    case write(Write)
    /// A savepoint begins, is kept, is taken back.
    case mark, release, rollBack
}

/// One run of a transaction's body, as it saw the world.
///
/// Used by one task at a time; the checker looks at it when all are over.
final class Attempt: @unchecked Sendable {
    enum Outcome: Equatable {
        /// It threw, or was retried: nothing of it may ever be seen.
        case nothing
        /// Committed; the position is nil where the call does not tell it.
        case committed(Position?)
    }

    let id: String
    /// What the store or anyone had come to, at least, before the call began.
    let floor: Position
    /// Where it has read; nil for a write under the writer's lock, which reads what its commit follows.
    let position: Position?
    let now: Int64
    var steps: [Step] = []
    var outcome = Outcome.nothing

    init(id: String, floor: Position, position: Position?, now: Timestamp) {
        self.id = id
        self.floor = floor
        self.position = position
        self.now = now.microseconds
    }

    var isCommitted: Bool { outcome != .nothing }
}

/// Where a body reads and writes, and what it notes meanwhile.
struct Desk {
    let attempt: Attempt
    let bucket: (Shelf) throws -> WritableBucket

    @discardableResult
    func ask(_ question: Question, _ shelf: Shelf) throws -> Answer {
        let answer = try question.ask(try bucket(shelf))
        attempt.steps.append(.read(shelf, question, answer))
        return answer
    }

    func row(_ key: Int, _ shelf: Shelf) throws -> Row? { try ask(.key(key), shelf).rows.first }

    func insert(_ row: Row, _ shelf: Shelf) throws {
        try bucket(shelf).insert(row.fields, expiresAt: row.expiresAt)
        note(.put(row), shelf)
    }

    /// Writes all fields of a row that has been read.
    func update(_ row: Row, _ shelf: Shelf) throws {
        try bucket(shelf).update(row.key, row.fields)
        note(.put(row), shelf)
    }

    /// Gives a row that has been read another deadline.
    func setDeadline(_ row: Row, _ shelf: Shelf) throws {
        try bucket(shelf).setDeadline(row.key, row.expiresAt)
        note(.put(row), shelf)
    }

    func delete(_ key: Int, _ shelf: Shelf) throws {
        let isThere = try bucket(shelf).delete(key)
        attempt.steps.append(.read(shelf, .exists(key), Answer(count: isThere ? 1 : 0)))
        note(.delete(key), shelf)
    }

    /// Adds to a tally without a look at it.
    func increment(_ key: Int, by amount: Int, _ shelf: Shelf) throws {
        do {
            try bucket(shelf).increment(key, "tally", by: .integer(Int64(amount)))
            note(.increment(key, amount), shelf)
        } catch is RecordNotFoundError {
            attempt.steps.append(.read(shelf, .exists(key), Answer(count: 0)))
        }
    }

    func mark(_ low: Int, _ high: Int, with mark: Int, _ shelf: Shelf) throws {
        let count = try bucket(shelf).updateMany(
            where: Question.ranks(low, high), ["mark": .integer(Int64(mark))])
        attempt.steps.append(.read(shelf, .count(low, high), Answer(count: count)))
        note(.markRange(low, high, mark), shelf)
    }

    func deleteRange(_ low: Int, _ high: Int, _ shelf: Shelf) throws {
        let count = try bucket(shelf).deleteMany(where: Question.ranks(low, high))
        attempt.steps.append(.read(shelf, .count(low, high), Answer(count: count)))
        note(.deleteRange(low, high), shelf)
    }

    private func note(_ effect: Write.Effect, _ shelf: Shelf) {
        attempt.steps.append(.write(Write(shelf: shelf, effect: effect)))
    }
}
