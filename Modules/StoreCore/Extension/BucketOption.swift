/// An option of a bucket's definition.
///
/// Upper modules add options by extension, so that they read like the core's own:
/// `defineBucket("sessions", key: "token", schema: […], .strict, .ttl(.minutes(30)))`.
public struct BucketOption: Sendable {
    let configure: @Sendable (inout BucketConfiguration) throws -> Void

    /// - Parameter configure: changes the configuration; what it throws makes the definition fail as it is.
    public init(_ configure: @escaping @Sendable (inout BucketConfiguration) throws -> Void) {
        self.configure = configure
    }

    /// Fields that the schema does not declare are refused instead of passed through.
    public static let strict = BucketOption { $0.isStrict = true }

    /// The order in which the bucket is read where a query asks for none: `.insertion` (the default) or `.key`.
    public static func order(_ order: BucketOrder) -> BucketOption {
        BucketOption { $0.order = order }
    }
}

/// What the options of a definition decide.
public struct BucketConfiguration: Sendable {
    /// The bucket's name.
    public let bucket: String
    /// Whether undeclared fields are refused.
    public var isStrict = false
    /// The order of reading where a query asks for none.
    public var order: BucketOrder = .insertion
    /// Facts about the bucket that belong to its definition as data: they are in the commit that defines it.
    public var attributes: Fields = [:]
    /// Whether records go without anybody deleting them, because they expire or give way to others.
    ///
    /// Whoever sets ``deadlines`` or ``limit`` sets this too. It is an attribute, so that it holds for a restored bucket
    /// before that is defined. A bucket whose records go cannot be referred to with `.restrict`.
    public var letsRecordsGo: Bool {
        get { attributes[BucketDefinition.letsRecordsGoName] == .bool(true) }
        set { attributes[BucketDefinition.letsRecordsGoName] = newValue ? .bool(true) : .null }
    }
    /// Whether reads through handles leave `ReadMarks`.
    public var keepsReadMarks = false
    /// Until when records live that have no deadline of their own; nil: for ever.
    public var deadlines: DeadlineRule?
    /// How many records the bucket may hold; nil: any number.
    public var limit: SizeLimit?
    var policies: [any WritePolicy] = []
    var components: [(name: String, make: @Sendable () -> any StoreComponent)] = []

    init(bucket: String) { self.bucket = bucket }

    /// Adds a policy; policies are asked in the order in which they were added.
    public mutating func add(_ policy: any WritePolicy) { policies.append(policy) }

    /// Sees to it that the store has a component of this name: if it has none yet, `make` makes it, and it is started
    /// before the bucket exists.
    public mutating func require(
        component name: String, _ make: @escaping @Sendable () -> any StoreComponent
    ) {
        components.append((name, make))
    }
}

/// A bucket as it was defined: data that a log can keep.
public struct BucketDefinition: Sendable, Equatable, Codable {
    /// The bucket's name.
    public let name: String
    /// Counts the definitions of buckets in the store, from 1.
    public let generation: UInt64
    /// The fields that identify a record.
    public let key: KeyDefinition
    /// The declared fields.
    public let schema: BucketSchema
    /// The declared indexes.
    public let indexes: [IndexDefinition]
    /// Whether undeclared fields are refused.
    public let isStrict: Bool
    /// The order of reading where a query asks for none.
    public let order: BucketOrder
    /// What upper modules' options added.
    public let attributes: Fields

    /// A definition, put together by hand: what a loader restores.
    public init(
        name: String, generation: UInt64, key: KeyDefinition, schema: BucketSchema,
        indexes: [IndexDefinition] = [], isStrict: Bool = false, order: BucketOrder = .insertion,
        attributes: Fields = [:]
    ) {
        self.name = name
        self.generation = generation
        self.key = key
        self.schema = schema
        self.indexes = indexes
        self.isStrict = isStrict
        self.order = order
        self.attributes = attributes
    }

    static let letsRecordsGoName = "letsRecordsGo"

    /// Whether records go without anybody deleting them: see ``BucketConfiguration/letsRecordsGo``.
    public var letsRecordsGo: Bool { attributes[BucketDefinition.letsRecordsGoName] == .bool(true) }

    /// Names this life of the bucket.
    public var reference: BucketReference { BucketReference(name: name, generation: generation) }
}
