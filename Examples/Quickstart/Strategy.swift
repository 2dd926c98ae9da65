import DigitTask
import Graft

/// The ways to learn the new task that the table compares.
enum Strategy: String, CaseIterable {
  case scratch = "from scratch"
  case featureExtraction = "feature extraction"
  case lastStage = "last stage only"
  case full = "full fine-tuning"
  case gradual = "gradual unfreezing"

  /// Whether the strategy begins with the pretrained weights.
  var transfers: Bool { self != .scratch }

  /// Sets what may learn in an epoch, and how fast.
  func prepare(_ model: DigitNetwork, epoch: Int, epochs: Int, optimizer: inout AdamW) {
    switch self {
    case .scratch, .full:
      break
    case .featureExtraction:
      model.freeze(.backbone)
    case .lastStage:
      model.freeze(.backbone && !.stage(-2))
    case .gradual:
      // Everything is thawed after half of the epochs; each stage learns slower than the one after it.
      let pace = max(epochs / 2 / model.stages.count, 1)
      GradualUnfreezing(model.stages, every: pace, rateDecay: 1.5).apply(
        epoch, to: model, optimizer: &optimizer)
    }
  }
}
