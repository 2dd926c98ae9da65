// The umbrella: `import Graft` brings every module.

@_exported import GraftAutograd
@_exported import GraftData
@_exported import GraftMetrics
@_exported import GraftModels
@_exported import GraftNN
@_exported import GraftOptim
@_exported import GraftTensor
@_exported import GraftTransfer
@_exported import GraftTune
