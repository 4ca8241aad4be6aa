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
            // It does not depend on the size.
            if size == .hundredThousand { stage.registerMainActorGap() }
        }
    }
}
