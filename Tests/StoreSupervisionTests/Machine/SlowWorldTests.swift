import StoreTesting
import TestSupport
import Testing

@testable import StoreSupervision

/// Random lives in which setups, ends, timers and requests come in any order.
///
/// A failure prints the seed and the log.
@Suite struct `The machine in a slow world` {
    static let seeds = Volume.seeds(few: 200, full: 2_000)

    @Test(arguments: seeds) func `keeps its promises in any order of events`(seed: UInt64) {
        var random = SeededRandom(seed)
        let strategy = random.pick(Supervisor.Strategy.allCases)
        let limit = RestartLimit(random.pick([2, 5, 40]), within: .seconds(5))
        let backoff: Backoff =
            random.once(in: 2)
            ? .none : .exponential(from: .seconds(1), to: .seconds(8), random: { 0.5 })
        var world = SlowWorld(
            SupervisorMachine(strategy: strategy, limit: limit, backoff: backoff), random)
        for number in 0..<random.below(5) {
            world.tell(.add(Self.traits("c\(number)", &random), request: world.request()))
        }
        world.tell(.start(request: world.request()))
        for _ in 0..<80 where world.finishes == 0 {
            if random.once(in: 4) { world.now += .milliseconds(random.below(4_000)) }
            let id = "c\(random.below(7))"
            switch random.below(16) {
            case 0, 1: world.tell(.add(Self.traits(id, &random), request: world.request()))
            case 2: world.tell(.remove(id, request: world.request()))
            case 3: world.tell(.restart(id, request: world.request()))
            case 4 where random.once(in: 10): world.tell(.stop)
            default: world.happen()
            }
        }
        world.tell(.stop)
        world.windUp()
        var faults = world.faults
        if world.finishes != 1 { faults.append("finished \(world.finishes) times") }
        if !world.open.isEmpty { faults.append("unanswered: \(world.open)") }
        if !world.timers.isEmpty { faults.append("timers are left: \(world.timers)") }
        if !world.machine.instances.isEmpty { faults.append("tasks are left") }
        if !world.machine.rounds.isEmpty { faults.append("rounds are left") }
        if !faults.isEmpty {
            Issue.record(
                "seed \(seed), \(strategy): \(faults)\n\(world.log.joined(separator: "\n"))")
        }
    }

    private static func traits(_ id: String, _ random: inout SeededRandom) -> ChildSlot.Traits {
        var traits = ChildSlot.Traits(id: id)
        traits.restart = random.pick(Child.Restart.allCases)
        traits.setupLimit = random.once(in: 2) ? .seconds(5) : nil
        traits.isDynamic = random.once(in: 3)
        return traits
    }
}
