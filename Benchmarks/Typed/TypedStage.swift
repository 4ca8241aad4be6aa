import Benchmark
import Measuring
import StoreCore

/// Typed records against the same bucket's dynamic ones.
final class TypedStage {
    private let size: Size
    private lazy var people: [Person] = (0..<size.count).map { index in
        Person(
            id: "person-\(index)-of-the-bucket", name: "name \(index)",
            email: "someone\(index)@example.com", age: index % 100, score: Double(index) / 2,
            isActive: index.isMultiple(of: 2), role: "role\(index % 100)", note: nil)
    }
    private lazy var order: [Int] = {
        var random = SplitMix(seed: 0x7E57)
        return (0..<size.count).shuffled(using: &random)
    }()
    private var made: Bucket<Person>?
    /// Times that a small bucket is gone through in a round, so that a round is longer than what
    /// disturbs it.
    private var passes: Int { max(1, 100_000 / size.count) }

    init(_ size: Size) { self.size = size }

    private func bucket() async throws -> Bucket<Person> {
        if let made { return made }
        let bucket = try await TypedStage.empty()
        try await bucket.insertMany(people)
        made = bucket
        return bucket
    }

    private static func empty() async throws -> Bucket<Person> {
        try await Store.start("typed").defineBucket(Person.self)
    }

    /// Point reads in random order.
    ///
    /// The keys are texts of their own and lie in the order of access, as if they had just come in: what is waited for is
    /// the store's memory and not theirs.
    private func getRound<Read>(_ get: (String) throws -> Read?) rethrows -> Double {
        let keys = order.map { String(decoding: Array(people[$0].id.utf8), as: UTF8.self) }
        return try Stopwatch.perOperation(0..<keys.count, passes: passes) {
            blackHole(try get(keys[$0]))
        }
    }

    private var dynamicGets: Contestant {
        Contestant("dynamic") { [self] _ in
            let bucket = try await bucket().dynamic
            return try getRound { try bucket.get($0) }
        }
    }

    func registerGets() {
        Measurement(
            "typed.get", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let bucket = try await bucket()
                    return try getRound { try bucket.get($0) }
                },
                dynamicGets,
            ]
        ).register()
        Measurement(
            "typed.getCodable", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let bucket = try await bucket().dynamic.store.bucket(CodablePerson.self)
                    return try getRound { try bucket.get($0) }
                },
                dynamicGets,
            ]
        ).register()
    }

    func registerInserts() {
        Measurement(
            "typed.insert", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let people = people
                    let bucket = try await TypedStage.empty()
                    let start = Stopwatch.now()
                    for person in people { blackHole(try await bucket.insert(person)) }
                    let figure = Double(Stopwatch.now() - start) / Double(people.count)
                    await bucket.dynamic.store.stop()
                    return figure
                },
                Contestant("dynamic") { [self] _ in
                    let fields = people.map(TypedStage.fields)
                    let bucket = try await TypedStage.empty()
                    let records = bucket.dynamic
                    let start = Stopwatch.now()
                    for fields in fields { blackHole(try await records.insert(fields)) }
                    let figure = Double(Stopwatch.now() - start) / Double(fields.count)
                    await bucket.dynamic.store.stop()
                    return figure
                },
            ]
        ).register()
    }

    private static func fields(_ person: Person) -> Fields {
        [
            "id": .string(person.id), "name": .string(person.name), "email": .string(person.email),
            "age": .integer(Int64(person.age)), "score": .double(person.score),
            "isActive": .bool(person.isActive), "role": .string(person.role),
        ]
    }
}
