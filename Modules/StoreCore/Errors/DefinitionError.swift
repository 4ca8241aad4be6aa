/// Why a bucket could not be defined.
///
/// Nothing of the definition remains.
public struct DefinitionError: Error, Sendable, Hashable {
    /// The bucket's name; empty where what was restored of the store itself is at fault.
    public let bucket: String
    /// The field at fault, if it is one.
    public let field: String?
    /// What kind of fault it is, for a program.
    public let reason: Reason
    /// What is wrong and what would be right, for people.
    public let message: String

    /// Makes an error.
    public init(bucket: String, field: String? = nil, reason: Reason, message: String) {
        self.bucket = bucket
        self.field = field
        self.reason = reason
        self.message = message
    }

    /// The kinds of faults.
    ///
    /// Later releases may add some.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The reason's name, stable across releases.
        public let name: String

        init(_ name: String) { self.name = name }

        /// The name.
        public var description: String { name }

        /// A bucket's or field's name is empty, too long, reserved, or has a character that names
        /// may not have.
        public static let invalidName = Reason("invalidName")
        /// A field is declared twice.
        public static let duplicateField = Reason("duplicateField")
        /// The key names no field, too many, one that the schema lacks, or one that cannot identify a
        /// record.
        public static let invalidKey = Reason("invalidKey")
        /// An index names no field, too many, one that the schema lacks, or one twice; its condition is
        /// not made of declared fields and values of their types; or there are too many indexes.
        public static let invalidIndex = Reason("invalidIndex")
        /// The same index is declared twice.
        public static let duplicateIndex = Reason("duplicateIndex")
        /// A column's rules contradict each other or do not fit its type.
        public static let invalidColumn = Reason("invalidColumn")
        /// A column's pattern is faulty, too large, or asks for what patterns do not have; the message
        /// says what and where, in Unicode scalars from the beginning.
        public static let invalidPattern = Reason("invalidPattern")
        /// A default breaks its own column's rules.
        public static let invalidDefault = Reason("invalidDefault")
        /// A column of this type cannot be generated in this way.
        public static let invalidGenerated = Reason("invalidGenerated")
        /// An option of the definition cannot be honoured.
        public static let invalidOption = Reason("invalidOption")
        /// A property of a typed record and its column do not belong together.
        public static let unknownProperty = Reason("unknownProperty")
        /// A bucket that others refer to cannot be dropped.
        public static let referenced = Reason("referenced")
        /// Records that expire or give way to others would be kept by a reference with `.restrict`.
        public static let restricted = Reason("restricted")
        /// A change of a definition removes a field or an index that is not there.
        public static let notDeclared = Reason("notDeclared")
        /// Records that are there do not fit what a change of the definition adds.
        public static let existingRecords = Reason("existingRecords")
        /// A typed record cannot be written.
        public static let unencodable = Reason("unencodable")
        /// A bucket was defined with columns that do not fit the type it is asked for with.
        public static let otherSchema = Reason("otherSchema")
        /// Restored records do not fit the definition, contradict one another, or are such as no store
        /// leaves behind.
        public static let restoredData = Reason("restoredData")
    }
}

extension DefinitionError: CustomStringConvertible {
    /// The bucket, the field and what is wrong.
    public var description: String {
        let place = field.map { ", field \($0.excerpt)" } ?? ""
        if bucket.isEmpty, reason == .restoredData { return "Cannot restore the store: \(message)" }
        let isChange = reason == .existingRecords || reason == .notDeclared
        return
            "Cannot \(isChange ? "change" : "define") bucket \(bucket.excerpt)\(place): \(message)"
    }
}
