import Benchmark
import Measuring

@main
struct Events: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = EventsStage(size)
            stage.registerOverhead()
            stage.registerFanOut()
            stage.registerCommits()
            stage.registerSlowSubscriber()
        }
    }
}
