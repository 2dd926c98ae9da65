import ExampleSupport
import Foundation
import Graft

/// Which pretrained network suits a data set, estimated before any training, and measured.
@main
struct RankModels {
  static func main() {
    runExample("rank-models", usage: Options.usage) { try run(Options($0)) }
  }

  private static func run(_ options: Options) throws {
    guard let data = options.data else { throw Mistake("one of --idx and --photographs is needed") }
    let families = Network.Family.allCases.filter { options.weights[$0] != nil }
    let networks = try families.flatMap { family in
      [
        try Network(family, weights: options.weights[family], side: options.side),
        try Network(family, weights: nil, side: options.side),
      ]
    }
    var samples: [Int: Samples] = [:]
    for side in Set(networks.map(\.side)) { samples[side] = try Samples(data, side: side) }
    guard let first = samples.values.first else { return }
    print("\(first.training.count) samples to learn from, \(first.test.count) to judge by")

    let clock = ContinuousClock()
    let start = clock.now
    let candidates = networks.compactMap { network in
      samples[network.side].map { samples in
        candidate(network.name, network.model, network, samples)
      }
    }
    let ranking = try rankPretrained(candidates)
    let seconds = (clock.now - start) / .seconds(1)

    var accuracies: [String: Double] = [:]
    for network in networks {
      guard let samples = samples[network.side] else { continue }
      let probe = LinearProbe(network, samples)
      let results = try (1...UInt64(options.seeds)).map { try probe.accuracy(seed: $0) }
      accuracies[network.name] = results.reduce(0, +) / Double(results.count)
    }
    print(RankingTable(ranking, accuracies))
    print(String(format: "ranking: %.1f s", seconds))
  }

  private static func candidate(
    _ name: String, _ model: some TransferableModel, _ network: Network, _ samples: Samples
  ) -> PretrainedCandidate {
    PretrainedCandidate(
      name, model, on: samples.training.normalized(by: network.normalization), sourceHead: network.sourceHead)
  }
}
