/** The folders that python3 writes beside modules: a digest that leaves them out is one of modules, as python3 imports them. */
export const moduleCaches: readonly string[] = ['__pycache__'];
