/// The condition of a partial index, ready to be asked of records and to be compared with what queries ask for.
final class EntryCondition: Sendable {
    private let compiled: CompiledPredicate
    /// The condition as the planner sees it.
    let conjunction: Conjunction

    /// Compiles a condition that was found sound when its bucket was defined.
    init(_ condition: IndexCondition, in layout: Layout) {
        do {
            compiled = try PredicateCompiler.compile(condition.predicate, for: layout)
            conjunction = try Conjunction(condition.predicate, layout)
        } catch {
            preconditionFailure("the condition of an index cannot be compiled: \(error)")
        }
    }

    /// Whether `record` satisfies it.
    @inline(never)
    func holds(for record: RecordRef) -> Bool { compiled.matches(record) }
}
