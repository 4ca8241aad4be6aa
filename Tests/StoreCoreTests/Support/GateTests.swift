import StoreTesting
import Testing

@Suite struct `A gate` {
    @Test func `holds who comes until it is opened`() async {
        let gate = Gate()
        let journal = Journal()
        let task = Task {
            await gate.pass()
            journal.note("through")
        }
        await gate.isReached()
        #expect(journal.lines.isEmpty)
        await gate.open()
        await task.value
        #expect(journal.lines == ["through"])
    }

    @Test func `lets through who comes when it is open`() async {
        let gate = Gate()
        await gate.open()
        await gate.pass()
        #expect(await gate.arrivals == 1)
    }

    @Test func `counts who comes`() async {
        let gate = Gate()
        let tasks = (0..<3).map { _ in Task { await gate.pass() } }
        await gate.isReached(by: 3)
        #expect(await gate.arrivals == 3)
        await gate.open()
        for task in tasks { await task.value }
    }
}
