/// All that a machine can get into, worked out in advance: one look at a table for each scalar.
///
/// Most patterns of schemas have small tables. Others have large ones, of up to 2^n states for n
/// instructions: there is none for those, and the machine itself runs.
struct PatternTable: Sendable {
    /// The next state for each state and class of scalars, and last for the end of the text.
    private let next: [UInt16]
    /// Entries for each state.
    private let width: Int

    /// The most entries of a table.
    static let entriesMax = 32_768
    /// The most steps that a machine may take to fill one.
    static let stepsMax = 100_000

    private static let failed: UInt16 = 0
    private static let matched: UInt16 = 1
    private static let first: UInt16 = 2

    /// Works out the table; nil when it would be too large, or take too long to make.
    init?(_ program: PatternProgram) {
        let symbols = program.alphabet.count
        let width = symbols + 1
        guard width <= PatternTable.entriesMax / 4 else { return nil }
        var machine = PatternMachine(program)
        var states = [machine.state]
        var numbers = [machine.state: PatternTable.first]
        var next = [UInt16](repeating: PatternTable.failed, count: 2 * width)
        var index = 0
        while index < states.count {
            for symbol in 0...symbols {
                machine.state = states[index]
                let isEnd = symbol == symbols
                let isMatch = machine.take(isEnd ? nil : UInt32(symbol))
                guard machine.steps <= PatternTable.stepsMax else { return nil }
                if isMatch || isEnd || machine.isStuck {
                    next.append(isMatch ? PatternTable.matched : PatternTable.failed)
                    continue
                }
                let state = machine.state
                let number = numbers[state] ?? UInt16(states.count) + PatternTable.first
                if number == UInt16(states.count) + PatternTable.first {
                    guard (states.count + 3) * width <= PatternTable.entriesMax else {
                        return nil
                    }
                    numbers[state] = number
                    states.append(state)
                }
                next.append(number)
            }
            index += 1
        }
        self.next = next
        self.width = width
    }

    /// Whether any of the text matches.
    func matches(_ text: UnsafeRawBufferPointer, _ alphabet: PatternAlphabet) -> Bool {
        next.withUnsafeBufferPointer { next in
            var state = PatternTable.first
            var reader = ScalarReader(text)
            while let symbol = reader.next(alphabet) {
                state = next[Int(state) &* width &+ Int(symbol)]
                if state <= PatternTable.matched { return state == PatternTable.matched }
            }
            return next[Int(state) &* width &+ width &- 1] == PatternTable.matched
        }
    }
}
