/// Those who stand at one place, by number: nearly always a single one, and as many as there may be.
struct Crowd<Element> {
    private var first: (number: UInt64, element: Element)?
    private var others: [UInt64: Element] = [:]

    /// Whether nobody is there.
    var isEmpty: Bool { first == nil }

    /// Adds one, in place of who has its number.
    ///
    /// - Complexity: O(1).
    mutating func insert(_ element: Element, number: UInt64) {
        if first == nil || first?.number == number {
            first = (number, element)
        } else {
            others[number] = element
        }
    }

    /// Takes one out, if it is there.
    ///
    /// - Complexity: O(1).
    mutating func remove(_ number: UInt64) {
        guard first?.number == number else {
            others[number] = nil
            return
        }
        first = others.popFirst().map { ($0.key, $0.value) }
    }

    /// Visits all of them.
    @inline(__always)
    func forEach(_ body: (Element) -> Void) {
        if let first { body(first.element) }
        for element in others.values { body(element) }
    }
}
