/// What a query has read: the records that satisfy its predicate, as far as it has looked in its
/// order.
///
/// Immutable, and shared by copies of a read set.
final class RangeRead: Sendable {
    /// How the records were found; the narrowest description of the range that needs no look at
    /// other fields.
    enum Access: Sendable, Hashable {
        case bucket
        case unique(IndexDefinition, values: [Value])
        case index(IndexDefinition, lower: IndexBound, upper: IndexBound)
    }

    let predicate: Predicate
    let access: Access
    /// The fields of the records that matter beside those that decide whether a record belongs to
    /// the range.
    let mask: FieldMask
    private let compiled: CompiledPredicate
    let ordering: CompiledOrdering
    /// The range begins after this place in the order; nil: at the start.
    let after: RowPlace?
    /// The range ends with this place in the order; nil: at the end.
    let through: RowPlace?

    init(
        _ predicate: Predicate, _ compiled: CompiledPredicate, _ access: Access,
        _ ordering: CompiledOrdering, after: RowPlace?, through: RowPlace?, mask: FieldMask
    ) {
        self.predicate = predicate
        self.compiled = compiled
        self.access = access
        self.ordering = ordering
        self.after = after
        self.through = through
        self.mask = mask
    }

    /// How the records that were read are laid out.
    var layout: Layout { compiled.layout }

    /// All fields on which the range depends, or what was made of it.
    var fields: FieldMask {
        var fields = mask
        fields.formUnion(compiled.fields)
        if after != nil || through != nil { fields.formUnion(ordering.fields) }
        return fields
    }

    /// Whether both are the same read.
    func isSame(as other: RangeRead) -> Bool {
        // The same places bound different ranges in different orders.
        after == other.after && through == other.through && mask == other.mask
            && access == other.access && predicate == other.predicate
            && compiled.layout === other.compiled.layout && ordering.isSame(as: other.ordering)
    }

    /// Whether a change may have changed what was read.
    func intersects(_ change: Change) -> Bool {
        guard change.hasOldImage else { return true }
        let old = change.old
        let new = change.new
        let held = old.map { contains($0) } ?? false
        let holds = new.map { contains($0) } ?? false
        guard let old, let new, held, holds else { return held || holds }
        return change.mayAlterPresence || mask.differ(old, new)
    }

    /// Whether `record` lies in the range; true if that cannot be told.
    private func contains(_ record: Record) -> Bool {
        let layout = record.storage.header.layout
        let ref = RecordRef(record.storage)
        guard layout.isShaped(as: compiled.layout) else {
            // The bucket's schema has changed since.
            guard let again = try? PredicateCompiler.compile(predicate, for: layout) else {
                return true
            }
            return again.matches(ref)
        }
        guard compiled.matches(ref) else { return false }
        if let after, ordering.order(ref, after) <= 0 { return false }
        if let through, ordering.order(ref, through) > 0 { return false }
        return true
    }
}
