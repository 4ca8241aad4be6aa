extension Value {
    /// How many levels of arrays and objects a value in a store may have.
    ///
    /// A plain value has none, `[]` has one.
    public static let nestingMax = 128

    /// Whether arrays and objects stand deeper in one another than ``nestingMax`` allows.
    ///
    /// - Complexity: O(n) in the number of values inside; the stack it needs is bounded, however
    ///   deep they go.
    public func exceedsNesting() -> Bool { flaw() == .tooDeep }

    /// What keeps a value out of every store, whatever its column.
    enum Flaw {
        case tooDeep, notFinite
    }

    /// What is wrong with the value or those inside; nil for nearly all.
    ///
    /// Being too deep outweighs the rest.
    func flaw(levels: Int = Value.nestingMax) -> Flaw? {
        switch self {
        case .double(let number): number.isFinite ? nil : .notFinite
        case .array(let values): levels == 0 ? .tooDeep : Value.flaw(of: values, levels: levels - 1)
        case .object(let fields):
            levels == 0
                ? .tooDeep : Value.flaw(of: fields.entries.lazy.map(\.value), levels: levels - 1)
        default: nil
        }
    }

    private static func flaw(of values: some Sequence<Value>, levels: Int) -> Flaw? {
        var found: Flaw?
        for value in values {
            guard let flaw = value.flaw(levels: levels) else { continue }
            if flaw == .tooDeep { return flaw }
            found = flaw
        }
        return found
    }
}
