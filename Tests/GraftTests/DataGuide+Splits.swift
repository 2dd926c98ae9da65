import Foundation
import Graft

// The code of the guide to data that is about splits, samplers and labels. It has to compile as it is printed there.

private func split(_ dataset: LabeledDataset, _ labels: [Int]) -> ([LabeledDataset], [[Int]]) {
  let parts = dataset.stratifiedSplit([0.8, 0.1, 0.1], seed: 1)  // data sets that share the images
  let positions = Splitter.stratified(by: labels).parts([0.8, 0.2], seed: 1)  // [[Int]], for anything
  return (parts, positions)
}

private func keepTogether(
  _ dataset: LabeledDataset, _ images: Tensor<UInt8>, _ patients: [String]
) -> [LabeledDataset] {
  let groups = SampleGroups(patients)
    .merged(with: NearDuplicates.groups(ofImages: images))  // copies, compressed ones too
  let split = dataset.stratifiedSplit([0.8, 0.2], groupedBy: groups, seed: 1)
  return split
}

private func splitGrowingData(_ fileNames: [String], _ visits: [Double]) -> ([[Int]], [[Int]]) {
  let splitter = Splitter.hashed(by: fileNames.map { SampleKey($0) })
  let stable = splitter.parts([0.9, 0.1], seed: 1)  // more files later: these stay where they are
  let past = ChronologicalSplitter(times: visits, gap: 7).parts([0.8, 0.2])  // a week apart
  return (stable, past)
}

private func crossValidate(
  _ dataset: LabeledDataset, _ groups: SampleGroups, _ rowCount: Int, _ hospitals: [String],
  _ visits: [Double],
  _ run: (LabeledDataset, LabeledDataset) throws -> Double
) throws -> ([Double], [[Fold]]) {
  var results: [Double] = []
  for (training, validation) in try dataset.stratifiedFolds(5, groupedBy: groups, seed: 1) {
    results.append(try run(training, validation))
  }
  let folds = try Splitter.random(count: rowCount).folds(5, repetitions: 3, seed: 1)  // 15 rounds
  let hospitalsLeftOut = SampleGroups(hospitals).leavingOneOut
  let forward = try ChronologicalSplitter(times: visits).folds(4)  // ever more of the past
  return (results, [folds, hospitalsLeftOut, forward])
}

private func prove(
  _ split: [LabeledDataset], _ positions: [[Int]], _ groups: SampleGroups, _ visits: [Double], _ labels: [Int]
) throws {
  let audit = LabeledDataset.audit(["training": split[0], "test": split[1]])
  print(audit)  // copies, images that look alike, shares of classes
  try audit.check()  // throws with examples of what leaks

  let report = SplitAudit(
    positions, names: ["training", "test"],
    checks: [.groups(groups, named: "patient"), .times(visits), .classes(labels)])
  try report.check()
}

private func sample(
  _ dataset: LabeledDataset, _ labels: [Int], _ weights: [Double], _ rank: Int, _ processCount: Int
) -> ([any Sampler], [Int], Tensor<Float>) {
  let balanced = ClassBalancedSampler(labels: labels, seed: 1)  // every class equally often
  let weighted = WeightedSampler(weights: weights, seed: 1)  // with replacement, or without
  let share = ShuffledSampler(seed: 1).shard(rank, of: processCount)  // equal lengths
  let order = balanced.order(of: labels.count, epoch: 3)

  let classWeights = dataset.classWeights(.effectiveNumber(beta: 0.999))
  return ([balanced, weighted, share], order, classWeights)
}

private func findWrongLabels(
  _ dataset: LabeledDataset, _ labels: [Int], _ classCount: Int,
  _ predict: ([Int], [Int]) throws -> Tensor<Float>
) throws {
  var heldOut = [Float](repeating: 0, count: labels.count * classCount)
  for fold in try Splitter.stratified(by: labels).folds(5, seed: 1) {
    let probabilities = try predict(fold.training, fold.validation)  // [validation, classes]
    for (row, sample) in fold.validation.enumerated() {
      heldOut.replaceSubrange(
        (sample * classCount)..<((sample + 1) * classCount), with: probabilities.select(row).scalars)
    }
  }
  let joint = try confidentJoint(
    probabilities: Tensor(shape: [labels.count, classCount], scalars: heldOut), labels: dataset.labels)
  print(joint)  // 1000 labels: about 9.8 % wrong, 97 suspects
  for suspect in joint.suspects().prefix(20) { print(suspect) }
}
