import StoreCore

/// An attempt run again on the naive model: what it would have read there, and what it leaves.
///
/// What others have written is there or not as of the instant that is asked for; a deadline that the attempt has
/// set itself, as of its own.
struct Replay {
    private(set) var state: NaiveState
    /// Reads that the store has answered otherwise.
    private(set) var misses: [(shelf: Shelf, question: Question, seen: Answer, true: Answer)] = []
    /// The keys that the attempt has written itself.
    private(set) var touched: Set<Int> = []
    private var saved: [NaiveState] = []
    /// What it goes on from.
    let base: NaiveState

    init(_ attempt: Attempt, on before: NaiveState, at now: Int64) {
        state = before
        state.begin(at: now)
        base = state
        let now = attempt.now
        for step in attempt.steps {
            switch step {
            case .read(let shelf, let question, let seen):
                let answer = question.ask(state, shelf, at: now)
                if answer != seen { misses.append((shelf, question, seen, answer)) }
            case .write(let write): carryOut(write, now)
            case .mark: saved.append(state)
            case .release: saved.removeLast()
            case .rollBack: state = saved.removeLast()
            }
        }
    }

    private mutating func carryOut(_ write: Write, _ now: Int64) {
        switch write.effect {
        case .put(let row): touched.insert(Self.place(write.shelf, row.key))
        case .delete(let key), .increment(let key, _):
            touched.insert(Self.place(write.shelf, key))
        case .markRange(let low, let high, _), .deleteRange(let low, let high):
            for row in Question.range(low, high).ask(state, write.shelf, at: now).rows {
                touched.insert(Self.place(write.shelf, row.key))
            }
        }
        state.apply(write, at: now)
    }

    static func place(_ shelf: Shelf, _ key: Int) -> Int { shelf.rawValue << 8 | key }

    /// Whether it leaves anything else than it has found.
    func changes(_ before: NaiveState, at now: Int64) -> Bool {
        touched.contains { place in
            guard let shelf = Shelf(rawValue: place >> 8) else { return false }
            return state.visible(shelf, place & 255, at: now)
                != before.visible(shelf, place & 255, at: now)
        }
    }
}
