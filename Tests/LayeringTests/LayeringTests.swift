import Testing

@Suite struct `Layering` {
    @Test func `the manifest holds exactly the modules and arrows of the table`() throws {
        let package = try PackageDescription.current()
        let modules = package.targets.filter { $0.path.hasPrefix("Modules/") }
        #expect(Set(modules.map(\.name)) == Set(LayerTable.rows.map(\.module)))
        for row in LayerTable.rows {
            let target = try #require(modules.first { $0.name == row.module })
            #expect(Set(target.targetDependencies ?? []) == row.below, "\(row.module)")
        }
    }

    @Test func `nothing outside the package is resolved`() throws {
        let package = try PackageDescription.current()
        #expect(package.dependencies.isEmpty)
        #expect(package.targets.allSatisfy { ($0.productDependencies ?? []).isEmpty })
    }

    @Test func `every module is a product of its own`() throws {
        let package = try PackageDescription.current()
        for row in LayerTable.rows {
            #expect(
                package.products.contains { $0.name == row.module && $0.targets == [row.module] })
        }
    }

    @Test func `the table lists the lowest module first`() {
        var below: Set<String> = []
        for row in LayerTable.rows {
            #expect(row.below.isSubset(of: below), "\(row.module)")
            below.insert(row.module)
        }
    }

    @Test(arguments: LayerTable.rows.map(\.module))
    func `a module's sources import only what stands below it`(module: String) throws {
        let row = try #require(LayerTable.rows.first { $0.module == module })
        let allowed = row.below.union(row.outside).union(LayerTable.standardLibrary)
        let files = Repository.files(under: "Modules/\(module)", endings: [".swift"])
        #expect(!files.isEmpty)
        for file in files {
            for (imported, line) in file.imports where !allowed.contains(imported) {
                Issue.record("\(file.path):\(line) imports \(imported)")
            }
        }
    }

    @Test func `the C library is imported in one file of StoreCore`() {
        for file in Repository.files(under: "Modules/StoreCore", endings: [".swift"])
        where file.name != "Platform.swift" {
            #expect(file.imports.allSatisfy { !LayerTable.platform.contains($0.module) }, "\(file)")
        }
    }

    @Test func `a stranger's modules use public API only`() {
        let strangers = [
            "Tests/ExtensionPointTests", "Tests/GuideTests", "Examples", "Benchmarks",
        ]
        for file in strangers.flatMap({ Repository.files(under: $0, endings: [".swift"]) }) {
            #expect(!file.text.contains("@testable"), "\(file)")
            #expect(!file.text.contains("@_spi"), "\(file)")
        }
    }
}
