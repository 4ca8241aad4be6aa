import StoreReactive
import Testing

extension Marbles {
    struct EndingTests {
        @Test func `nothing is shown to who has left`() async throws {
            try await marbles(
                .latest,
                """
                writes  -a-b-c-
                does    ^---!--
                shows   0A-B---
                """)
        }

        @Test(arguments: [Coalescing.latest, .everyCommit])
        func `what has not been shown yet goes with who leaves`(coalescing: Coalescing)
            async throws
        {
            try await marbles(
                coalescing,
                """
                writes  -a-b---
                does    ^--!---
                shows   0A-----
                """)
        }

        @Test func `who leaves in the interval is not shown its end`() async throws {
            try await marbles(
                .throttle(.seconds(3)),
                """
                writes  -a--------
                does    ^-!-------
                shows   0---------
                does    ^---------
                shows   0--A------
                """)
        }

        @Test func `who comes back is shown what there is then`() async throws {
            try await marbles(
                .latest,
                """
                writes  -a-b-c-d-
                does    ^-!-^----
                shows   0A--BC-D-
                """)
        }

        @Test func `who comes back alone begins an interval`() async throws {
            try await marbles(
                .throttle(.seconds(3)),
                """
                writes  -a--b-----
                does    ^-!^------
                shows   0--A--B---
                """)
        }

        @Test func `a store that stops shows nothing more`() async throws {
            try await marbles(
                .throttle(.seconds(3)),
                """
                writes  -a|------
                shows   0--------
                """)
        }
    }
}
