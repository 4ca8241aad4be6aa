import StoreCore
import Testing

/// The parts of the checker that know nothing of positions, on runs that were made up.
@Suite struct `The checker of transactions` {
    private func attempt(_ steps: Step..., isCommitted: Bool = true) -> Attempt {
        let attempt = Attempt(id: "", floor: .start, position: nil, now: Timestamp(microseconds: 0))
        attempt.steps = steps
        attempt.outcome = isCommitted ? .committed(nil) : .nothing
        return attempt
    }

    private func register(_ key: Int, _ list: Int...) -> Row {
        Row(key: key, rank: 0, weight: 0, tally: 0, mark: list.last ?? 0, list: list)
    }

    private func reads(_ row: Row) -> Step { .read(.registers, .key(row.key), Answer([row])) }

    private func writes(_ row: Row) -> Step {
        .write(Write(shelf: .registers, effect: .put(row)))
    }

    private func kinds(_ attempts: [Attempt]) -> [Finding.Kind] {
        ValueCheck(attempts, known: [0]).findings.map(\.kind)
    }

    @Test func `takes a value that a committed transaction has left for what may be read`() {
        #expect(
            kinds([attempt(writes(register(1, 0, 7))), attempt(reads(register(1, 0, 7)))]) == [])
    }

    @Test func `finds a read of what was never committed`() {
        let writer = attempt(writes(register(1, 0, 7)), isCommitted: false)
        #expect(kinds([writer, attempt(reads(register(1, 0, 7)))]).first == .abortedRead)
    }

    @Test func `finds a read of what a savepoint has taken back`() {
        let writer = attempt(.mark, writes(register(1, 0, 7)), .rollBack)
        #expect(kinds([writer, attempt(reads(register(1, 0, 7)))]).first == .intermediateRead)
    }

    @Test func `finds a read of what its own transaction has overwritten`() {
        var (early, late) = (register(1, 0), register(1, 0))
        (early.mark, late.mark) = (7, 8)
        let writer = attempt(writes(early), writes(late))
        #expect(kinds([writer, attempt(reads(late))]) == [])
        #expect(kinds([writer, attempt(reads(early))]) == [.intermediateRead])
    }

    @Test func `lets a run read what it has written itself`() {
        let run = attempt(writes(register(1, 0, 7)), reads(register(1, 0, 7)), isCommitted: false)
        #expect(kinds([run]) == [])
    }

    @Test func `finds no cycle among transactions that follow one another`() {
        let graph = DependencyGraph([
            attempt(reads(register(1, 0)), writes(register(1, 0, 7))),
            attempt(reads(register(1, 0, 7)), writes(register(1, 0, 7, 8))),
            attempt(reads(register(1, 0, 7, 8))),
        ])
        #expect(graph.cycles() == [])
        #expect(graph.followers[0].contains(1) && graph.followers[1].contains(2))
    }

    @Test func `finds a cycle of three, each of which has read what the next overwrites`() {
        let graph = DependencyGraph(
            (0..<3).map { number in
                let (read, written) = (register(number, -1 - number), (number + 2) % 3)
                return attempt(reads(read), writes(register(written, -1 - written, 7 + number)))
            })
        #expect(graph.cycles().map { $0.sorted() } == [[0, 1, 2]])
    }

    @Test func `finds two that have appended to the same list`() {
        let graph = DependencyGraph([
            attempt(reads(register(1, 0)), writes(register(1, 0, 7))),
            attempt(reads(register(1, 0)), writes(register(1, 0, 8))),
        ])
        #expect(graph.cycles().map { $0.sorted() } == [[0, 1]])
    }

    @Test func `lets those that came to nothing be in no order`() {
        let graph = DependencyGraph([
            attempt(reads(register(1, 0)), writes(register(1, 0, 7))),
            attempt(reads(register(1, 0)), writes(register(1, 0, 8)), isCommitted: false),
        ])
        #expect(graph.cycles() == [])
    }
}
