import StoreCore
import Testing

@Suite struct `Large predicates` {
    @Test func `a predicate joined with itself over and over is refused`() async throws {
        var chain = Predicate.field("a") == 1
        for _ in 0..<70 { chain = chain && chain }
        var woven = Predicate.field("a") == 1
        for number in 0..<60 {
            woven = (woven || .field("b") == number) && (woven || .field("c") == 1)
        }
        let depot = try await Depot.filled("a")
        for predicate in [chain, woven, !chain] {
            let error = #expect(throws: QueryError.self) {
                try depot.items.where(predicate).count()
            }
            #expect(error?.reason == .tooDeep)
        }
    }

    @Test func `a chain of a hundred thousand terms works`() async throws {
        let people = try await People.seven(indexes: ["age"]).bucket
        var any = Predicate.none
        var every = Predicate.all
        var mixed = Predicate.none
        for number in 0..<100_000 {
            any = any || .field("age") == number
            every = .field("age") != number + 1_000 && every
            mixed = mixed || .field(number % 2 == 0 ? "age" : "score") == number
        }
        #expect(try people.where(any).count() == 6)
        #expect(try people.where(every).count() == 7)
        #expect(try people.where(mixed).count() == 5)
        #expect(any.description.count < 1_000)
        #expect(any == (any || .none))
        #expect(any != every)
        #expect(any.hashValue == (any && .all).hashValue)
    }

    @Test func `chains are flattened however they are grouped`() {
        let (a, b, c) = (
            Predicate.field("a") == 1, Predicate.field("b") == 2, Predicate.field("c") == 3
        )
        #expect(((a && b) && c) == (a && (b && c)))
        #expect(((a || b) || c) == (a || (b || c)))
        #expect(((a && b) || c) != (a && (b || c)))
    }

    @Test(arguments: [300, 10_000])
    func `a predicate nested too deep is an error, not a crash`(levels: Int) async throws {
        let people = try await People.seven(indexes: ["age"]).bucket
        var alternating = Predicate.field("age") == 1
        var negated = Predicate.field("age") > 1 && .field("age") < 3
        for level in 0..<levels {
            alternating =
                level % 2 == 0
                ? alternating && .field("role") == "x" : alternating || .field("role") == "y"
            negated = !(negated && .field("role") == "x")
        }
        for predicate in [alternating, negated] {
            expect(reason: .tooDeep) { try people.where(predicate).all() }
            expect(reason: .tooDeep) { try people.where(predicate && .none).count() }
            expect(reason: .tooDeep) { try people.where(!predicate || .all).explain() }
            #expect(!predicate.description.isEmpty)
            _ = predicate
        }
    }

    @Test func `the deepest predicate allowed works`() async throws {
        let people = try await People.seven(indexes: ["age"]).bucket
        var predicate = Predicate.field("age") == 18
        for level in 0..<Predicate.depthMax - 1 {
            predicate =
                level % 2 == 0
                ? predicate || .none || .field("id") == 0 : predicate && .field("id") > 0
        }
        #expect(try people.where(predicate).count() == 3)
        expect(reason: .tooDeep) { try people.where(!(predicate && .field("id") > 1)).count() }
    }

    @Test func `negations cancel out`() async throws {
        let people = try await People.seven().bucket
        var predicate = Predicate.field("age") > 18
        for _ in 0..<10_000 { predicate = !predicate }
        #expect(try people.where(predicate).count() == 3)
    }

    @Test func `a value nested too deep is an error`() async throws {
        let people = try await People.seven(indexes: ["age"]).bucket
        let deep = (0..<200).reduce(Value.integer(1)) { value, _ in [value] }
        expect(reason: .tooDeep) { try people.where(["email": deep]).all() }
        expect(reason: .tooDeep) { try people.where(["id": deep]).all() }
        expect(reason: .tooDeep) { try people.where(.field("tags").contains(deep)).all() }
        expect(reason: .tooDeep) { try people.where(.field("tags").isIn([1, deep])).all() }
        expect(reason: .tooDeep) { try people.where(.field("tags") < deep).all() }
    }

    @Test func `a set of many values works with and without an index`() async throws {
        let values = (0..<200_000).map { Value.integer(Int64($0 * 2)) }
        for indexes in [[], ["age"]] as [[IndexDefinition]] {
            let people = try await People.seven(indexes: indexes).bucket
            #expect(try people.where(.field("age").isIn(values)).all().ids == [1, 6, 2, 7, 5])
            #expect(try people.where(.field("id").isIn(values)).all().ids == [4, 6, 2])
        }
    }

    @Test func `numbers that are none equal nothing`() async throws {
        let people = try await People.seven(indexes: ["score"]).bucket
        let none = Value.double(.nan)
        #expect(try people.where(["score": none]).count() == 0)
        #expect(try people.where(.field("score") != none).count() == 7)
        #expect(try people.where(.field("score") < none).count() == 0)
        #expect(try people.where(.field("score").isIn([none, 2])).count() == 2)
        #expect(try people.where(.field("score").between(none, none)).count() == 0)
        #expect(try people.where(.field("score") < .double(.infinity)).count() == 4)
    }
}
