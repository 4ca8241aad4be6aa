import StoreReactive
import Testing

extension Marbles {
    struct ThrottlingTests {
        let every3 = Coalescing.throttle(.seconds(3))

        @Test func `a change is shown at once if the last run is longer ago`() async throws {
            try await marbles(
                every3,
                """
                writes  -----a---b----
                shows   0----A---B----
                """)
        }

        @Test func `a change is shown at once if the last run is just as long ago`() async throws {
            try await marbles(
                every3,
                """
                writes  ---a--b--
                shows   0--A--B--
                """)
        }

        @Test func `changes within the interval are shown at its end, as one`() async throws {
            let runs = try await marbles(
                every3,
                """
                writes  -ab-------
                shows   0--B------
                """)
            #expect(runs == 2)
        }

        @Test func `each interval begins with a run`() async throws {
            try await marbles(
                every3,
                """
                writes  -a--bc----d(ef)------
                shows   0--A--C---D-   -F----
                """)
        }

        @Test func `nothing is run in quiet time`() async throws {
            let runs = try await marbles(
                every3,
                """
                writes  -a-----------b----
                shows   0--A---------B----
                """)
            #expect(runs == 3)
        }

        @Test func `an equal result begins an interval too`() async throws {
            try await marbles(
                every3,
                """
                writes  -a----ab----
                shows   0--A-----B--
                """)
        }

        @Test func `who settles is not kept waiting, and an interval begins`() async throws {
            try await marbles(
                every3,
                """
                writes  -a=b------
                shows   0-A--B----
                """)
        }

        @Test func `who settles without a change moves nothing`() async throws {
            try await marbles(
                every3,
                """
                writes  -=-a--=b----
                shows   0--A---B----
                """)
        }

        @Test func `several who watch are shown the same, at the same time`() async throws {
            let runs = try await marbles(
                every3,
                """
                writes  -a--bc----
                shows   0--A--C---
                does    --^-------
                shows   --0A--C---
                does    ^----!----
                shows   0--A------
                """)
            #expect(runs == 3)
        }
    }
}
