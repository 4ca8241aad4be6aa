import Benchmark
import Measuring

@main
struct Query: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = QueryStage(size)
            stage.registerRanges()
            stage.registerIntersections()
            stage.registerGroups()
            stage.registerChanges()
            if size != .million { stage.registerMixedLoad() }
        }
    }
}
