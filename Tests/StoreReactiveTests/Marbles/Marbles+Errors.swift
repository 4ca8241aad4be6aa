import StoreReactive
import Testing

extension Marbles {
    struct ErrorTests {
        @Test(arguments: [Coalescing.latest, .everyCommit])
        func `an error of a later run is shown, and what comes after it`(coalescing: Coalescing)
            async throws
        {
            try await marbles(
                coalescing,
                """
                writes  -a-x-b-
                shows   0A-#-B-
                """)
        }

        @Test func `the same result is shown again after an error`() async throws {
            try await marbles(
                .latest,
                """
                writes  -a-x-a-
                shows   0A-#-A-
                """)
        }

        @Test func `each failure is shown`() async throws {
            try await marbles(
                .latest,
                """
                writes  -a-x-x-b-
                shows   0A-#-#-B-
                """)
        }

        @Test func `an error comes at the end of the interval`() async throws {
            try await marbles(
                .throttle(.seconds(3)),
                """
                writes  -x---a----
                shows   0--#--A---
                """)
        }

        @Test func `an error that is over within the interval is not shown`() async throws {
            try await marbles(
                .throttle(.seconds(3)),
                """
                writes  -xa-------
                shows   0--A------
                """)
        }

        @Test func `an error of the first run ends the query, and it may be begun again`()
            async throws
        {
            try await marbles(
                .latest,
                """
                writes  x-a-b-c-
                does    -^--^---
                shows   -#--B-C-
                """)
        }
    }
}
