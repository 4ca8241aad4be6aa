/// Gathers what readers read into a ``ReadSet``.
///
/// ```swift
/// let recorder = ReadRecorder()
/// let admins = try users.tracked(by: recorder).where(["role": "admin"]).all()
/// // later: does this commit concern what was read?
/// recorder.readSet.intersects(commit)
/// ```
///
/// May be used from several threads at once.
public final class ReadRecorder: @unchecked Sendable {
    private let lock = Lock()
    // Under the lock.
    private var gathered = ReadSet()
    /// Who is told everything that is noted here; nothing is kept then.
    private let told: [ReadRecorder]

    /// A recorder that has seen nothing yet.
    public init() { told = [] }

    private init(telling told: [ReadRecorder]) { self.told = told }

    /// A recorder that tells this one and another.
    func alsoTelling(_ other: ReadRecorder) -> ReadRecorder {
        ReadRecorder(telling: [self, other])
    }

    private func gather(_ insert: (inout ReadSet) -> Void) {
        guard told.isEmpty else { return told.forEach { $0.gather(insert) } }
        lock.withLock { insert(&gathered) }
    }

    /// What has been read so far.
    public var readSet: ReadSet { lock.withLock { gathered } }

    /// Records that the record under `key` was read, or found to be absent.
    public func note(_ key: Key, in bucket: BucketReference, reading fields: FieldMask = .all) {
        gather { $0.insert(key, fields, in: bucket) }
    }

    /// Records that all records of a bucket were read.
    public func noteAll(of bucket: BucketReference, reading fields: FieldMask = .all) {
        gather { $0.insertAll(fields, of: bucket) }
    }

    /// Records what a query has read: from the place `after` in its order through the place
    /// `through`, nil standing for either end.
    ///
    /// `fields` are those that it has looked at beside the fields of predicate and order.
    ///
    /// - Throws: ``QueryError`` as the predicate's compilation does.
    func note(
        _ predicate: Predicate, _ plan: Plan, _ ordering: CompiledOrdering, after: RowPlace?,
        through: RowPlace?, reading fields: FieldMask, in view: BucketView
    ) throws(QueryError) {
        let bucket = view.reference
        let layout = ordering.layout
        let access: RangeRead.Access
        switch plan.access {
        case .nothing: return gather { $0.insertDefinition(of: bucket) }
        case .keys(let keys):
            var mask = fields
            if let residual = plan.residual { mask.formUnion(residual.fields) }
            gather {
                $0.insertDefinition(of: bucket)
                for key in keys { $0.insert(key, mask, in: bucket) }
            }
            return
        case .unique(let number, let values):
            access = .unique(layout.uniques[number].definition, values: values)
        case .rows: access = .bucket
        case .index(let index):
            let (lower, upper) = index.bounds
            access = .index(
                layout.indexes[index.number].definition, lower: lower, upper: upper)
        case .combined(let combined):
            // The smallest of those that all have to meet bounds the range; a choice has no bounds.
            guard combined.kind == .intersection, case .index(let index) = combined.parts[0] else {
                access = .bucket
                break
            }
            let (lower, upper) = index.bounds
            access = .index(
                layout.indexes[index.number].definition, lower: lower, upper: upper)
        }
        let compiled = try PredicateCompiler.compile(predicate, for: layout)
        if compiled.isOpaque {
            noteAll(of: bucket)
        } else if compiled.acceptsAll, after == nil, through == nil {
            noteAll(of: bucket, reading: fields)
        } else {
            let range = RangeRead(
                predicate, compiled, access, ordering, after: after, through: through, mask: fields)
            gather { $0.insert(range, in: bucket) }
        }
    }
}
