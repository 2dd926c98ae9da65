import Testing

@testable import graft_benchmarks

@Suite struct OptionsTests {
  @Test func optionsAreRead() throws {
    let options = try Options(["--filter", "gemm", "--json", "--threads", "2", "--quick"])
    #expect(options.filter == "gemm")
    #expect(options.printsJSON && options.isQuick)
    #expect(options.threads == 2)
    #expect(options.task == .run)
    #expect(try Options(["--list"]).task == .list)
  }

  @Test(arguments: [["--threads", "0"], ["--threads", "many"], ["--filter"], ["--fast"]])
  func mistakesAreNamed(arguments: [String]) {
    #expect(throws: Options.Mistake.self) { try Options(arguments) }
  }

  @Test func aFilterIsARegularExpressionOverAllWorkloads() throws {
    #expect(try Catalogue.workloads(matching: "^gemm_(256|512)$").map(\.name) == ["gemm_256", "gemm_512"])
    #expect(try Catalogue.workloads(matching: "conv_").allSatisfy { !$0.isInDefaultSet })
    #expect(throws: Options.Mistake.self) { try Catalogue.workloads(matching: "(") }
    #expect(throws: Options.Mistake.self) { try Catalogue.workloads(matching: "no such workload") }
  }

  @Test func namesAreUniqueAndConvolutionsWaitForAFilter() throws {
    let names = Catalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    let usual = try Catalogue.workloads(matching: nil).map(\.name)
    #expect(usual.contains("mlp_b32"))
    #expect(!usual.contains { $0.hasPrefix("conv_") })
  }
}
