import Foundation

/// What the program is asked for on its command line.
struct Options: Equatable {
    /// Whether the dashboard is shown while the orders come in, in place of the report afterwards.
    var isLive = false
    /// Whether the dashboard is printed from time to time, a terminal or not.
    var isPlain = false
    /// How many orders come in a second on a terminal; nil for the pace of the house.
    var speed: Double?
    /// The folder with the eight files; nil for the data that comes along.
    var folder: URL?

    static let usage = """
        usage: storefront [folder]
               storefront --live [--plain] [--speed <orders a second>] [folder]
        """

    init(_ arguments: some Sequence<String>) throws {
        var arguments = arguments.makeIterator()
        while let argument = arguments.next() {
            switch argument {
            case "--live": isLive = true
            case "--plain": isPlain = true
            case "--speed":
                guard let text = arguments.next(), let speed = Double(text), speed >= 0.1,
                    speed <= 10_000
                else { throw UsageError(description: "--speed wants a number from 0.1 to 10000") }
                self.speed = speed
            case _ where argument.hasPrefix("-") || folder != nil:
                throw UsageError(description: "what is “\(argument)”?")
            default: folder = URL(filePath: argument)
            }
        }
        if !isLive, isPlain || speed != nil {
            throw UsageError(description: "--plain and --speed go with --live")
        }
    }
}

/// The command line asks for what there is not.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
