import StoreTesting

/// What the body of a transaction does; the same in each of its runs, but for the details.
struct Script {
    var actions: [Action] = []
    var throwsAtEnd = false

    static func random(_ random: inout SeededRandom) -> Script {
        if random.once(in: 10) { return Script(actions: [.audit, .look, .audit]) }
        var script = Script()
        for _ in 0...random.below(4) {
            script.actions.append(random.once(in: 8) ? .savepoint : action(&random))
        }
        script.throwsAtEnd = random.once(in: 25)
        return script
    }

    static func action(_ random: inout SeededRandom) -> Action {
        random.pick(Action.frequent)
    }
}

/// One thing that a body does.
enum Action: Sendable {
    case append, readRegister, skew, transfer, audit, look, insertBesideAbsent, insertSmall
    case delete, move, overwrite, increment, touch, markRange, deleteRange, savepoint

    static let frequent: [Action] = [
        .append, .append, .readRegister, .skew, .transfer, .audit, .look, .look, .look,
        .insertBesideAbsent, .insertBesideAbsent, .insertBesideAbsent, .insertSmall, .insertSmall,
        .delete, .move, .overwrite, .increment, .increment, .touch, .markRange, .deleteRange,
    ]
}
