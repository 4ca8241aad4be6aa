import StoreReactive

/// One figure, in one line.
struct Figure<Result: Sendable>: Panel {
    let name: String
    let live: Live<Result>
    let text: @Sendable (Result) -> String

    init(_ name: String, _ live: Live<Result>, _ text: @escaping @Sendable (Result) -> String) {
        self.name = name
        self.live = live
        self.text = text
    }

    var title: String? { nil }
    var height: Int { 1 }

    func lines(of result: Result, after previous: Result?) -> [String] {
        [row(.none, name, text(result))]
    }
}
