/// Elements that are taken out in the order in which they came.
struct Line<Element> {
    private var slots: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == slots.count }
    var count: Int { slots.count - head }
    var first: Element? { isEmpty ? nil : slots[head] }
    var last: Element? { isEmpty ? nil : slots[slots.count - 1] }

    mutating func append(_ element: Element) { slots.append(element) }

    /// The first element, which nothing here holds any more.
    ///
    /// - Complexity: O(1), amortised.
    mutating func popFirst() -> Element? {
        guard !isEmpty, let element = slots[head] else { return nil }
        slots[head] = nil
        head += 1
        if head == slots.count || head >= 64 && head * 2 >= slots.count {
            slots.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Puts an element in the place of the last one; there must be one.
    mutating func replaceLast(by element: Element) { slots[slots.count - 1] = element }

    /// Puts an element behind those that are not greater.
    ///
    /// - Complexity: O(1) where it is the greatest.
    mutating func insert(_ element: Element, by isLess: (Element, Element) -> Bool) {
        var place = slots.count
        while place > head, let other = slots[place - 1], isLess(element, other) { place -= 1 }
        slots.insert(element, at: place)
    }

    mutating func removeAll(where isGone: (Element) -> Bool) {
        slots = slots[head...].filter { $0.map { !isGone($0) } ?? false }
        head = 0
    }
}
