import StoreCore
import Testing

/// A predicate, and the ids of the seven people who satisfy it.
struct PredicateCase: Sendable, CustomTestStringConvertible {
    let predicate: Predicate
    let ids: [Int]

    init(_ predicate: Predicate, _ ids: [Int]) {
        self.predicate = predicate
        self.ids = ids
    }

    var testDescription: String { predicate.description }
}

@Suite struct `Predicates` {
    static let comparisons: [PredicateCase] = [
        .init(.field("age") == 18, [2, 6, 7]),
        .init(.field("age") == 18.0, [2, 6, 7]),
        .init(.field("age") == "18", []),
        .init(.field("age") != 18, [1, 3, 4, 5]),
        .init(.field("age") < 31, [2, 6, 7]),
        .init(.field("age") <= 31, [2, 4, 6, 7]),
        .init(.field("age") > 31, [1, 5]),
        .init(.field("age") >= 31, [1, 4, 5]),
        .init(.field("age") > 17.5, [1, 2, 4, 5, 6, 7]),
        .init(.field("age") < "x", []),
        .init(.field("age") > "x", []),
        .init(.field("age") < false, []),
        .init(.field("age").between(18, 31), [2, 4, 6, 7]),
        .init(.field("age").between(31, 18), []),
        .init(.field("age").between(18, "x"), []),
        .init(.field("score") == 2, [1, 2]),
        .init(.field("score") == 2.0, [1, 2]),
        .init(.field("score") < 0, [3]),
        .init(.field("name") > "Bo", [2, 3, 4, 7]),
        .init(.field("joined") > Timestamp(microseconds: 2), [4]),
        .init(.field("joined") == Timestamp(microseconds: 2), [7]),
        .init(.field("nick") == "bo", [2]),
        .init(.field("nick") >= "a", [2, 5]),
    ]

    static let nulls: [PredicateCase] = [
        .init(.field("role") == nil, [6, 7]),
        .init(.field("role").isNull, [6, 7]),
        .init(.field("role") != nil, [1, 2, 3, 4, 5]),
        .init(!.field("role").isNull, [1, 2, 3, 4, 5]),
        .init(.field("role") != "user", [1, 3, 5, 6, 7]),
        .init(.field("age") < nil as Int?, []),
        .init(.field("age") >= nil as Int?, []),
        .init(!(.field("age") < 31), [1, 3, 4, 5]),
        .init(.field("age") >= 31, [1, 4, 5]),
        .init(.field("role").isIn(["guest", nil]), [5, 6, 7]),
        .init(.field("age").between(nil as Int?, 40), []),
        .init(.field("nobody").isNull, [1, 2, 3, 4, 5, 6, 7]),
        .init(.field("nobody") == 1, []),
    ]

    static let sets: [PredicateCase] = [
        .init(.field("role").isIn(["admin", "guest"]), [1, 3, 5]),
        .init(.field("role").isIn([] as [Value]), []),
        .init(.field("role").isIn(["admin", "admin"]), [1, 3]),
        .init(.field("age").isIn([18, 18.0, 44, "x"]), [1, 2, 6, 7]),
        .init(.field("age").isIn(Array(0...100)), [1, 2, 4, 5, 6, 7]),
        .init(
            .field("role").isIn(["x", "y", "admin", "z", "1", "2", "3", "4", "5", "6"]), [1, 3]),
        .init(!.field("role").isIn(["admin", "user"]), [5, 6, 7]),
        .init(.field("role") == "admin" || .field("role") == "guest", [1, 3, 5]),
    ]

    static let texts: [PredicateCase] = [
        .init(.field("name").hasPrefix("B"), [2, 5, 6]),
        .init(.field("name").hasPrefix("Bo"), [2, 5]),
        .init(.field("name").hasPrefix(""), [1, 2, 3, 4, 5, 6, 7]),
        .init(.field("name").hasPrefix("Ä"), [7]),
        .init(.field("name").hasPrefix("A\u{308}"), []),
        .init(.field("name").hasPrefix("Alice in Wonderland"), []),
        .init(.field("age").hasPrefix(""), []),
        .init(.field("name").contains("li"), [1]),
        .init(.field("name").contains("nn"), [7]),
        .init(.field("name").contains(""), [1, 2, 3, 4, 5, 6, 7]),
        .init(.field("tags").contains("a"), [1, 4]),
        .init(.field("tags").contains("c"), []),
        .init(.field("age").contains(1), []),
        .init(.field("email").contains("@"), [4]),
    ]

    static let paths: [PredicateCase] = [
        .init(.field("address.city") == "Berlin", [6]),
        .init(.field("address.city").hasPrefix("Ber"), [6, 7]),
        .init(.field("address.geo.zone") >= 3, [7]),
        .init(.field("address.geo.zone") == nil, [1, 2, 3, 4, 5, 6]),
        .init(.field(FieldPath("address", "city")) == "Bern", [7]),
        .init(.field("address") == ["city": "Berlin"], [6]),
        .init(.field("tags") == ["a", "b"], [4]),
        .init(.field("name.length") == nil, [1, 2, 3, 4, 5, 6, 7]),
        .init(.field("") == nil, [1, 2, 3, 4, 5, 6, 7]),
        .init(.field("_version") == 1, [1, 2, 3, 4, 5, 6, 7]),
    ]

    static let logic: [PredicateCase] = [
        .init(.all, [1, 2, 3, 4, 5, 6, 7]),
        .init(.none, []),
        .init(!.all, []),
        .init(.field("role") == "user" && .field("age") > 18, [4]),
        .init(.field("role") == "user" || .field("age") > 40, [1, 2, 4, 5]),
        .init(!(.field("role") == "user" || .field("age") > 40), [3, 6, 7]),
        .init(!(.field("role") == "user" && .field("age") > 18), [1, 2, 3, 5, 6, 7]),
        .init(!(!(.field("role") == "user")), [2, 4]),
        .init(.all && .field("id") == 3, [3]),
        .init(.none || .field("id") == 3, [3]),
        .init(.field("id") == 3 && .field("id") == 4, []),
        .init(.field("age") > 18 && .field("age") < 44 && .field("age") != 40, [4]),
        .init(.field("age") > 40 && .field("age") < 20, []),
        .init(.matching { $0["name"].string?.count == 2 }, [5]),
        .init(.field("age") == 18 && .matching { $0["name"].string?.count == 3 }, [2, 6]),
    ]

    @Test(
        arguments: comparisons + nulls + sets + texts + paths + logic, People.indexSets.indices)
    func `find the same people whatever is indexed`(example: PredicateCase, indexes: Int)
        async throws
    {
        let people = try await People.seven(indexes: People.indexSets[indexes])
        let found = try people.bucket.where(example.predicate).all()
        #expect(found.ids == [4, 1, 6, 2, 7, 3, 5].filter(example.ids.contains))
        #expect(try people.bucket.count(where: example.predicate) == example.ids.count)
        #expect(try people.bucket.where(example.predicate).exists() != example.ids.isEmpty)
        for record in try people.bucket.all() {
            let expected = example.ids.contains(record["id"].int ?? 0)
            #expect(try example.predicate.matches(record) == expected)
        }
    }

    @Test(arguments: People.indexSets)
    func `a literal asks for equality of all its fields`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        #expect(try people.where(["role": "user", "age": 18]).all().ids == [2])
        #expect(try people.where([:]).count() == 7)
        #expect(try people.where(["role": nil]).all().ids == [6, 7])
        #expect(try people.where(["nobody": nil, "age": 18.0]).all().ids == [6, 2, 7])
        #expect(try people.where(["address": ["city": "Berlin"]]).all().ids == [6])
        #expect(try people.where(["joined": .date(Timestamp(microseconds: 2))]).all().ids == [7])
        #expect(try people.where(["address.city": "Berlin"]).all().ids == [6])
        // There is no field of this very name.
        #expect(try people.where(Fields(exact: ["address.city": "Berlin"])).all().isEmpty)
        #expect(try people.where(["role": "user"]).where(.field("age") > 20).all().ids == [4])
    }

    @Test func `a declared field with a dot is found under its full name`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "a.b": .integer, "a": .object],
            indexes: ["a.b"])
        try await bucket.insert(["id": 1, "a.b": 5, "a": ["b": 6]])
        #expect(try bucket.where(.field("a.b") == 5).count() == 1)
        #expect(try bucket.where(.field(FieldPath("a", "b")) == 5).count() == 1)
        #expect(try bucket.where(["a.b": 5]).count() == 1)
    }

    @Test func `a strict bucket refuses fields that it does not declare`() async throws {
        let people = try await People(indexes: [], .strict).bucket
        expect(reason: .unknownField) { try people.where(["nick": 1]).all() }
        expect(reason: .unknownField) { try people.order(by: "nick").first() }
        expect(reason: .unknownField) { try people.sum("nick") }
        expect(reason: .unknownField) { try people.groupBy("nick").count() }
        #expect(try people.where(.field("address.anything") == 1).count() == 0)
    }
}
