import StoreCore
import StoreTesting

/// What is done to a store, and what is asked of it meanwhile.
struct Program: Sendable, CustomStringConvertible {
    let setting: Setting
    let first: [Fields]
    var shapes: [Shape]
    var steps: [Step]

    init(seed: UInt64, shapes: Int, steps: Int) {
        var random = SeededRandom(seed)
        let setting = Setting.random(&random)
        self.setting = setting
        first = (0..<Int64(setting.size)).map {
            var fields = setting.fields(of: "items", &random)
            fields["id"] = .integer($0)
            return fields
        }
        self.shapes = (0..<shapes).map { _ in .random(&random, setting) }
        self.steps = (0..<steps).map { _ in .random(&random, setting) }
    }

    var description: String {
        let lines = ["\(setting)"] + first.map { "  \($0)" } + shapes.map { "? \($0)" }
        return (lines + steps.map { "- \($0)" }).joined(separator: "\n")
    }

    /// The program without what does not matter for its failing.
    ///
    /// - Parameter fails: runs a program, and says whether it fails too.
    /// - Returns: a program that fails, and no longer does without any of its steps.
    func shrunk(_ fails: (Program) async throws -> Bool) async rethrows -> Program {
        var program = self
        for shape in shapes {
            var part = program
            part.shapes = [shape]
            if try await fails(part) {
                program = part
                break
            }
        }
        var length = program.steps.count
        while length > 0 {
            var start = 0
            while start < program.steps.count {
                var part = program
                part.steps.removeSubrange(start..<min(start + length, part.steps.count))
                if try await fails(part) { program = part } else { start += length }
            }
            length /= 2
        }
        return program
    }
}
