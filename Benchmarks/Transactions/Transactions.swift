import Benchmark
import Measuring

@main
struct Transactions: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = BankStage(size)
            stage.registerTransfers()
            stage.registerContention()
            stage.registerBig()
        }
    }
}
