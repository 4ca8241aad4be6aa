import StoreReactive
import Testing

extension Marbles {
    struct CoalescingTests {
        @Test func `the latest of a burst is shown, once`() async throws {
            try await marbles(
                .latest,
                """
                writes  -a-(bcd)-(ef)-
                shows   0A-D    -F   -
                """)
        }

        @Test func `each commit is shown by itself`() async throws {
            try await marbles(
                .everyCommit,
                """
                writes  -a-(bcd)-(ef)-
                shows   0A-(BCD)-(EF)-
                """)
        }

        @Test(arguments: [Coalescing.latest, .everyCommit])
        func `equal results are left out`(coalescing: Coalescing) async throws {
            let runs = try await marbles(
                coalescing,
                """
                writes  -a-a-b-b-
                shows   0A---B---
                """)
            #expect(runs == 5)
        }

        @Test func `a slow handler is shown the newest result`() async throws {
            try await marbles(
                .latest, handlersTake: 3,
                """
                writes  -ab--c-d-----
                shows   0--B--C--D---
                """)
        }

        @Test func `a slow handler is shown every commit where that is asked for`() async throws {
            try await marbles(
                .everyCommit, handlersTake: 3,
                """
                writes  -ab-c---------
                shows   0--A--B--C----
                """)
        }

        @Test func `who comes later is shown the present result`() async throws {
            try await marbles(
                .latest,
                """
                writes  -a--b---c-
                shows   0A--B---C-
                does    --^-------
                shows   --A-B---C-
                does    ----^---!-
                shows   ----B-----
                """)
        }
    }
}
