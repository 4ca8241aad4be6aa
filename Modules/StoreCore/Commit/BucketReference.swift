/// Names one life of a bucket: a bucket that is dropped and defined again has another generation.
public struct BucketReference: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The bucket's name.
    public let name: String
    /// Counts the definitions of buckets in this store, from 1.
    public let generation: UInt64

    /// Makes a reference by hand.
    public init(name: String, generation: UInt64) {
        self.name = name
        self.generation = generation
    }

    /// The name and the generation.
    public var description: String { "\(name)#\(generation)" }
}
