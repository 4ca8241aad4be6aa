import StoreTesting
import TestSupport
import Testing

@testable import StoreSupervision

/// Random lives of a supervisor, against the rules written naively.
///
/// A failure prints the seed and what was done.
@Suite struct `The machine against OTP's rules` {
    enum Step: CustomStringConvertible {
        case add(ChildSlot.Traits)
        case remove(String), restart(String), end(String, threw: Bool)
        case wait(Duration), failSetups(String, Int), stop

        var description: String {
            switch self {
            case .add(let traits): "add \(traits.id) \(traits.restart) \(traits.isSignificant)"
            case .remove(let id): "remove \(id)"
            case .restart(let id): "restart \(id)"
            case .end(let id, let threw): "end \(id)\(threw ? " with an error" : "")"
            case .wait(let duration): "wait \(duration)"
            case .failSetups(let id, let count): "fail \(count) setups of \(id)"
            case .stop: "stop"
            }
        }
    }

    static let seeds = Volume.seeds(few: 300, full: 3_000)

    private static func traits(_ id: String, _ random: inout SeededRandom) -> ChildSlot.Traits {
        var traits = ChildSlot.Traits(id: id)
        traits.restart = random.pick([.permanent, .permanent, .transient, .temporary])
        traits.isSignificant = random.once(in: 4)
        traits.isDynamic = random.once(in: 4)
        return traits
    }

    private static func step(_ random: inout SeededRandom) -> Step {
        let id = "c\(random.below(7))"
        return switch random.below(20) {
        case 0...2: .add(traits(id, &random))
        case 3: .remove(id)
        case 4: .restart(id)
        case 5: .failSetups(id, 1 + random.below(3))
        case 6...9: .wait(.milliseconds(random.pick([0, 500, 1_000, 2_500, 5_000])))
        case 10 where random.once(in: 6): .stop
        default: .end(id, threw: random.once(in: 2))
        }
    }

    @Test(arguments: seeds) func `agrees on every start and stop`(seed: UInt64) {
        var random = SeededRandom(seed)
        let strategy = random.pick(Supervisor.Strategy.allCases)
        let limit = RestartLimit(random.below(5), within: .seconds(5))
        let autoStop = random.pick(
            [.never, .never, .anySignificant, .allSignificant] as [Supervisor.AutoStop])
        var model = OTPModel(strategy, limit, autoStop)
        var world = PromptWorld(
            SupervisorMachine(strategy: strategy, limit: limit, autoStop: autoStop))
        for number in 0..<random.below(5) {
            let traits = Self.traits("c\(number)", &random)
            model.members.append(OTPModel.Member(traits: traits))
            world.tell(.add(traits, request: nil))
        }
        if random.once(in: 8) {
            model.failing["c1"] = 1
            world.failing["c1"] = 1
        }
        model.start()
        world.tell(.start(request: nil))
        var done: [Step] = []
        for _ in 0..<60 {
            let step = Self.step(&random)
            done.append(step)
            Self.take(step, &model, &world)
            let differs =
                model.trace != world.trace || model.members.map(\.traits.id) != Self.ids(world)
                || Set(model.members.filter(\.isRunning).map(\.traits.id))
                    != Set(world.running.keys)
                || !world.faults.isEmpty
            if differs && !(model.isOver && model.trace == world.trace) {
                Issue.record(
                    """
                    seed \(seed), \(strategy), \(limit), \(autoStop)
                    steps \(done)
                    expected \(model.trace)
                    happened \(world.trace) \(world.faults)
                    """)
                return
            }
        }
    }

    private static func ids(_ world: PromptWorld) -> [String] {
        world.machine.order.compactMap { world.machine.slots[$0]?.traits.id }
    }

    private static func take(_ step: Step, _ model: inout OTPModel, _ world: inout PromptWorld) {
        switch step {
        case .add(let traits):
            model.add(traits)
            world.tell(.add(traits, request: nil))
        case .remove(let id):
            model.remove(id)
            world.tell(.remove(id, request: nil))
        case .restart(let id):
            model.restart(id)
            world.tell(.restart(id, request: nil))
        case .end(let id, let threw):
            model.end(id, threw: threw)
            world.end(id, threw ? Crash() : nil)
        case .wait(let duration):
            model.now += duration
            world.now += duration
        case .failSetups(let id, let count):
            model.failing[id] = count
            world.failing[id] = count
        case .stop:
            model.stop()
            world.tell(.stop)
        }
    }
}
