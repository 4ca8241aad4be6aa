/// Which module may import which: the architecture's arrows, stated a second time on purpose.
///
/// Package.swift could be changed by accident in the commit that also needs the new arrow. A row
/// that changes here is a decision about the architecture, and is reviewed as one.
enum LayerTable {
    struct Row: Sendable {
        let module: String
        let below: Set<String>
        /// What it may import from outside the package.
        let outside: Set<String>
    }

    /// What comes with the compiler, and may be imported anywhere.
    static let standardLibrary: Set<String> = ["Swift", "Synchronization"]

    /// The operating system's C library under its several names.
    static let platform: Set<String> = ["Darwin", "Glibc", "Musl", "Android", "Bionic"]

    static let foundation: Set<String> = ["Foundation", "FoundationEssentials"]

    static let rows = [
        Row(module: "StoreCore", below: [], outside: platform),
        Row(module: "StoreSupervision", below: [], outside: platform),
        Row(module: "StoreFoundation", below: ["StoreCore"], outside: foundation),
        Row(
            module: "StoreEvents", below: ["StoreCore", "StoreSupervision"], outside: platform),
        Row(module: "StoreTransactions", below: ["StoreCore"], outside: platform),
        Row(module: "StoreTTL", below: ["StoreCore", "StoreSupervision"], outside: platform),
        Row(
            module: "StoreReactive", below: ["StoreCore"],
            outside: platform.union(["Observation"])),
        Row(module: "StoreTesting", below: ["StoreCore"], outside: platform),
    ]
}
