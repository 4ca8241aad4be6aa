/// Runs a program over a text, scalar by scalar, in all places of the program at once (Thompson's
/// method).
///
/// Each scalar costs at most as many steps as the program has instructions, and the memory is a
/// few words for each instruction, whatever the text.
struct PatternMachine {
    private let program: PatternProgram
    /// Where the machine is, before it has followed forks and assertions.
    private(set) var places: PlaceSet
    private var following: PlaceSet
    private var visited: PlaceSet
    private var pending: [Int32] = []
    /// Whether the text's beginning stands before the next scalar.
    private var isAtStart = true
    /// Whether what `\w` matches stands before the next scalar.
    private var isAfterWord = false
    /// How many instructions have been looked at.
    private(set) var steps = 0

    init(_ program: PatternProgram) {
        self.program = program
        let count = program.instructions.count
        places = PlaceSet(count)
        following = PlaceSet(count)
        visited = PlaceSet(count)
        places.insert(0)
    }

    /// All that decides how the machine goes on.
    struct State: Hashable {
        let places: [Int32]
        let isAtStart: Bool
        let isAfterWord: Bool
    }

    /// The state that the machine is in; setting it does not reset `steps`.
    var state: State {
        get {
            State(
                places: places.elements.sorted(), isAtStart: isAtStart, isAfterWord: isAfterWord)
        }
        set {
            places.removeAll()
            for place in newValue.places { places.insert(place) }
            isAtStart = newValue.isAtStart
            isAfterWord = newValue.isAfterWord
        }
    }

    /// Whether nothing that follows can make the text match any more.
    var isStuck: Bool { places.elements.isEmpty }

    /// Takes a scalar by its class, or the end of the text.
    ///
    /// - Returns: whether the text up to here matches, in which case the machine is done.
    mutating func take(_ symbol: UInt32?) -> Bool {
        visited.removeAll()
        following.removeAll()
        for place in places.elements {
            pending.append(place)
            if follow(symbol) {
                pending.removeAll()
                return true
            }
        }
        swap(&places, &following)
        if program.canBeginLater { places.insert(0) }
        isAtStart = false
        if let symbol { isAfterWord = isWord(symbol) }
        return false
    }

    /// Follows what is pending; true when that leads to a match.
    private mutating func follow(_ symbol: UInt32?) -> Bool {
        while let place = pending.popLast() {
            guard visited.insert(place) else { continue }
            steps += 1
            switch program.instructions[Int(place)] {
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assertion(let assertion):
                if holds(assertion, before: symbol) { pending.append(place + 1) }
            case .range(let low, let high):
                if let symbol, symbol >= low, symbol <= high { following.insert(place + 1) }
            case .set(let number):
                if let symbol, has(Int(number), symbol) { following.insert(place + 1) }
            }
        }
        return false
    }

    private func holds(_ assertion: PatternAssertion, before symbol: UInt32?) -> Bool {
        switch assertion {
        case .start: isAtStart
        case .end: symbol == nil
        case .boundary: isAfterWord != isWord(symbol)
        case .noBoundary: isAfterWord == isWord(symbol)
        }
    }

    private func isWord(_ symbol: UInt32?) -> Bool {
        guard let symbol, !program.alphabet.areWords.isEmpty else { return false }
        return program.alphabet.areWords[Int(symbol)]
    }

    private func has(_ set: Int, _ symbol: UInt32) -> Bool {
        let ranges = program.sets[set]
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < symbol { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= symbol
    }
}

/// Places in a program, each once, in the order of their insertion; emptied in no time.
struct PlaceSet {
    private(set) var elements: [Int32] = []
    /// Where in `elements` a place would stand.
    private var indices: [Int32]

    init(_ count: Int) { indices = Array(repeating: 0, count: count) }

    /// Inserts a place; false when it is there already.
    @discardableResult
    mutating func insert(_ place: Int32) -> Bool {
        let index = Int(indices[Int(place)])
        if index < elements.count, elements[index] == place { return false }
        indices[Int(place)] = Int32(elements.count)
        elements.append(place)
        return true
    }

    mutating func removeAll() { elements.removeAll(keepingCapacity: true) }
}
